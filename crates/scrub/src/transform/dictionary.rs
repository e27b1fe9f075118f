//! Names and places that values are drawn from. An entry that is added or taken out changes what every key gives: the order
//! and the number of entries are part of the format.

/// First names, English.
pub(crate) const FIRST_EN: &str = "\
Aaron Abigail Adam Adrian Aidan Alan Alana Albert Alex Alexander Alexandra Alice Alicia Alison Allan Amanda Amber Amy Andrea \
Andrew Angela Anita Ann Anna Anthony April Arthur Ashley Audrey Austin Barbara Barry Beatrice Benjamin Bernard Beth Beverly \
Blair Bonnie Bradley Brandon Brenda Brent Brian Bridget Brooke Bruce Bryan Caitlin Caleb Calvin Cameron Carla Carol Caroline \
Catherine Cecilia Chad Charlene Charles Charlotte Chelsea Cheryl Chloe Christina Christine Christopher Claire Clara Clifford \
Colin Colleen Connor Corey Courtney Craig Crystal Curtis Cynthia Daisy Dale Dana Daniel Danielle Darlene Darren David Dawn \
Dean Deborah Denise Dennis Derek Diana Diane Dominic Donald Donna Doris Dorothy Douglas Duncan Dylan Edith Edward Eileen \
Elaine Eleanor Elena Elizabeth Ella Ellen Emily Emma Eric Erica Erin Ethan Eugene Eva Evan Evelyn Faith Fiona Florence Frances \
Francis Frank Frederick Gabriel Gail Garry Gavin Geoffrey George Gerald Gillian Glen Gloria Gordon Grace Graham Grant Gregory \
Hannah Harold Harriet Harry Hazel Heather Heidi Helen Henry Holly Howard Hugh Ian Ida Irene Isaac Isabel Ivan Jack Jacob \
Jacqueline James Jamie Jane Janet Janice Jared Jasmine Jason Jean Jeffrey Jennifer Jeremy Jesse Jessica Jill Joan Joanne Joel \
John Jonathan Jordan Joseph Joshua Joyce Judith Julia Julian June Justin Karen Katherine Kathleen Keith Kelly Kenneth Kerry \
Kevin Kimberly Kirk Kristen Kyle Laura Lauren Laurie Lawrence Leah Leo Leonard Leslie Liam Lillian Linda Lindsay Lisa Logan \
Lois Lorna Lorraine Louis Lucas Lucy Luke Lydia Lynn Mabel Madeline Malcolm Marcus Margaret Maria Marilyn Mark Marlene Martha \
Martin Mary Mason Matthew Maureen Maxwell Megan Melanie Melissa Meredith Michael Michelle Mildred Miles Miranda Mitchell Molly \
Monica Morgan Nancy Naomi Natalie Nathan Neil Nicholas Nicole Nigel Noah Nora Norman Oliver Olivia Oscar Owen Paige Pamela \
Patricia Patrick Paul Paula Peter Philip Phyllis Rachel Ralph Raymond Rebecca Reginald Rhonda Richard Rita Robert Robin Roger \
Ronald Rosemary Ross Roy Russell Ruth Ryan Samantha Samuel Sandra Sara Scott Sean Shannon Sharon Sheila Shirley Sidney Simon \
Sonia Sophia Spencer Stacey Stanley Stella Stephanie Stephen Stuart Susan Suzanne Sylvia Tamara Tanya Tara Teresa Terry \
Theodore Thomas Timothy Todd Tracy Trevor Tyler Valerie Vanessa Vera Vernon Veronica Victor Victoria Vincent Violet Virginia \
Vivian Walter Wanda Warren Wayne Wendy Wesley William Winston Yvonne Zachary Zoe";

/// First names, French.
pub(crate) const FIRST_FR: &str = "\
Adèle Adrien Agathe Alain Albert Alexandre Alexandra Alexis Alice Aline Amélie Anaïs André Andrée Angèle Anne Annie Antoine \
Ariane Armand Arnaud Arthur Audrey Aurélie Aurore Béatrice Benjamin Benoît Bernadette Bernard Bertrand Blanche Brigitte Bruno \
Camille Carole Caroline Catherine Cécile Céline Chantal Charles Charlotte Christelle Christian Christiane Christine Christophe \
Claire Clara Claude Claudette Claudine Clément Clémence Colette Corinne Cyrille Damien Daniel Danielle David Delphine Denis \
Denise Diane Didier Dominique Édith Édouard Éléonore Éliane Élisabeth Élise Éloïse Émile Émilie Emmanuel Emmanuelle Éric \
Estelle Étienne Eugène Eugénie Eva Évelyne Fabien Fabienne Félix Fernand Flavie Florence Florent France Francine Francis \
François Françoise Frédéric Frédérique Gabriel Gabrielle Gaston Geneviève Georges Gérald Gérard Germain Germaine Ghislain \
Ghislaine Gilbert Gilles Ginette Gisèle Grégoire Guillaume Gustave Guy Guylaine Hélène Henri Hervé Hubert Hugo Huguette \
Isabelle Jacinthe Jacqueline Jacques Jeanne Jeannine Jérôme Jocelyn Jocelyne Joël Joëlle Johanne Jonathan Josée Joseph \
Joséphine Josette Judith Jules Julie Julien Juliette Justine Karine Laure Laurence Laurent Laurie Léa Léo Léon Léonie Liliane \
Line Lise Lisette Louis Louise Luc Lucie Lucien Lucienne Ludovic Lydia Madeleine Manon Marc Marcel Marcelle Margaux Marguerite \
Marianne Marie Mariette Marine Marion Marius Marthe Martin Martine Mathieu Mathilde Maurice Maxime Mélanie Mélissa Michel \
Michèle Micheline Mireille Monique Murielle Myriam Nadine Nathalie Nicolas Nicole Noé Noëlle Normand Océane Odette Odile \
Olivier Olivia Pascal Pascale Patrice Patricia Patrick Paul Paule Paulette Pauline Philippe Pierre Pierrette Quentin Rachel \
Raoul Raphaël Raymond Raymonde Réal Réjean Réjeanne Rémi Renaud René Renée Richard Rita Robert Robin Roger Roland Romain \
Rosalie Rose Roxanne Sabrina Samuel Sandrine Sarah Sébastien Serge Simon Simone Solange Sophie Stéphane Stéphanie Suzanne \
Sylvain Sylvie Tatiana Théo Théodore Thérèse Thierry Thomas Tristan Ulysse Valentin Valérie Véronique Victor Victoria Vincent \
Viviane Xavier Yolande Yvan Yves Yvette Yvon Yvonne Zoé";

/// Last names, English.
pub(crate) const LAST_EN: &str = "\
Abbott Adams Ainsworth Aldridge Alexander Allan Allen Anderson Andrews Archer Armstrong Arnold Ashton Atkins Atkinson Austin \
Bailey Baker Baldwin Ball Banks Barber Barker Barlow Barnes Barrett Barron Barry Bartlett Barton Bates Baxter Beaton Beck Bell \
Bennett Benson Berry Best Bird Bishop Black Blackburn Blair Blake Bond Booth Boswell Bowen Boyd Bradley Bradshaw Brady Brennan \
Brewer Briggs Brooks Brown Browning Bruce Bryant Buchanan Buckley Burgess Burke Burnett Burns Burton Butler Byrne Cain Caldwell \
Calvert Cameron Campbell Carey Carlson Carmichael Carpenter Carr Carroll Carson Carter Chambers Chandler Chapman Chase Christie \
Church Clark Clarke Clayton Coleman Collier Collins Connolly Connor Conrad Cook Cooper Corbett Craig Crawford Cross Crowley \
Cunningham Curran Curtis Dalton Daly Daniels Davidson Davies Davis Dawson Dean Delaney Dempsey Dennis Dewar Dickson Dixon \
Dobson Dodd Doherty Donaldson Donnelly Douglas Doyle Drake Drummond Duffy Duncan Dunlop Dunn Eaton Edwards Elliott Ellis Emery \
English Erickson Evans Farrell Faulkner Ferguson Field Finch Finlay Fisher Fitzgerald Fleming Fletcher Flynn Forbes Ford Forrest \
Forsyth Foster Fowler Fox Francis Franklin Fraser Freeman French Frost Fuller Gallagher Gardner Garrett George Gibbons Gibson \
Gilbert Gill Gillespie Gilmour Gordon Gould Graham Grant Gray Green Greer Gregory Griffin Griffith Grimes Guthrie Hale Hall \
Hamilton Hammond Hancock Hansen Hanson Harding Hardy Harper Harrington Harris Harrison Hart Hartley Harvey Hawkins Hay Hayes \
Healy Heath Henderson Henry Herbert Hewitt Hicks Higgins Hill Hilton Hobbs Hodgson Hoffman Hogan Holden Holland Holloway Holmes \
Holt Hooper Hope Hopkins Horne Horton Houston Howard Howe Howell Hudson Hughes Hume Hunt Hunter Hutchison Hyde Ingram Innes \
Irving Irwin Jackson Jacobs James Jamieson Jardine Jenkins Jennings Jensen Johnson Johnston Johnstone Jones Jordan Joyce Kane \
Kaufman Kay Keane Keating Keith Kelly Kemp Kennedy Kent Kerr King Kirby Kirk Kirkland Knight Knox Laird Lamb Lambert Lane Larsen \
Larson Lawrence Lawson Leach Leblanc Lee Leonard Leslie Lester Lewis Lindsay Little Livingstone Lloyd Logan Long Love Lowe Lucas \
Lynch Lyons Macdonald MacKay MacLean Malone Mann Marsh Marshall Martin Mason Massey Matheson Matthews Maxwell May McArthur \
McBride McCarthy McCormick McCulloch McDonald McGregor McIntosh McKay McKenzie McLean McLeod McMillan McNeil McPherson Mercer \
Meyer Miller Mills Mitchell Monroe Montgomery Moore Moran Morgan Morris Morrison Morton Moss Muir Munro Murphy Murray Nash Neal \
Nelson Newman Newton Nichols Nicholson Nielsen Nixon Noble Nolan Norman Norris North Norton Oakley Oliver Olsen Olson Osborne \
Owens Page Palmer Park Parker Parsons Paterson Patrick Patterson Payne Pearce Pearson Perkins Perry Peters Petersen Peterson \
Phillips Pierce Piper Pollard Pope Porter Potter Powell Power Pratt Preston Price Pritchard Quinn Ramsay Randall Reed Reeves \
Reid Reynolds Rhodes Rice Richards Richardson Riley Ritchie Roberts Robertson Robinson Robson Rogers Rose Ross Rowe Russell Ryan \
Sanders Saunders Savage Sawyer Schmidt Schneider Scott Sharp Shaw Shepherd Sheridan Sherman Short Simmons Simpson Sinclair \
Skinner Slater Small Smart Smith Snow Somerville Spencer Stanley Steele Stephens Stephenson Stevens Stevenson Stewart Stone \
Stuart Sullivan Summers Sutherland Sutton Swan Sweeney Swift Sykes Tait Tanner Tate Taylor Temple Thomas Thompson Thomson \
Thornton Todd Townsend Tucker Turnbull Turner Tyler Underwood Vaughan Vincent Wade Wagner Walker Wallace Walsh Walters Walton \
Ward Warner Warren Waters Watkins Watson Watt Watts Weaver Webb Webster Weir Welch Wells West Wheeler White Whitney Wilkinson \
Williams Williamson Wilson Winter Wolfe Wood Woods Wright Wyatt Yates York Young";

/// Last names, French.
pub(crate) const LAST_FR: &str = "\
Allaire Allard Arcand Archambault Arsenault Asselin Aubert Aubin Auclair Audet Auger Babin Barbeau Baril Baron Barrette Beaubien \
Beauchamp Beauchemin Beaudet Beaudin Beaudoin Beaudry Beaulieu Beaulne Beaumont Beaupré Beauregard Beauséjour Bédard Bégin \
Béland Bélanger Bélisle Bellavance Bellefleur Bellemare Belley Benoît Bergeron Bernard Bernier Bérubé Bibeau Bilodeau Blais \
Blanchard Blanchet Blanchette Blouin Boily Boisvert Boivin Bolduc Bonin Bouchard Boucher Boudreau Boudreault Bouffard Boulanger \
Boulet Bourassa Bourdon Bourgeois Bourque Boutin Bouvier Boyer Brassard Brault Breault Breton Brisson Brodeur Brosseau Brouillard \
Brousseau Brunelle Brunet Bruneau Bureau Cadieux Campeau Cantin Caouette Cardin Cardinal Carignan Caron Carpentier Carrier \
Castonguay Champagne Charbonneau Charest Charette Charland Charlebois Charpentier Charron Chartrand Chénier Chevalier Chevrier \
Chouinard Claveau Clément Cloutier Collard Collin Comeau Comtois Corbeil Corriveau Cormier Côté Coulombe Courchesne Cournoyer \
Courtemanche Couture Croteau Cyr Daigle Daigneault Dallaire Dansereau Daoust David Delage Delisle Demers Denis Derome Déry \
Desbiens Deschamps Deschênes Desharnais Desjardins Deslauriers Desmarais Desmeules Desrochers Desrosiers Dion Dionne Doré Doucet \
Drapeau Drolet Drouin Dubé Dubeau Dubois Dubreuil Duchesne Dufour Dufresne Duguay Dugas Duhamel Dumais Dumas Dumont Dupont Dupré \
Dupuis Duquette Durand Durocher Duval Émond Fafard Favreau Ferland Fillion Filiatrault Fiset Fleury Forest Forget Fortier Fortin \
Foucault Fournier Francoeur Frappier Fréchette Frenette Frigon Gaboury Gagné Gagnon Galarneau Galipeau Gallant Garceau Garneau \
Garon Gaudet Gaudreau Gaudreault Gauthier Gauvin Gélinas Gendron Geoffroy Germain Gervais Giguère Gilbert Gingras Girard Giroux \
Godbout Godin Gosselin Goulet Goyette Grandmont Gravel Grégoire Grenier Grondin Groulx Guay Guérin Guertin Guilbault Guillemette \
Guimond Guindon Hamel Harvey Hébert Henri Héroux Hétu Houde Houle Huard Hudon Huot Imbeault Jacob Jacques Jalbert Jean Jobin \
Jodoin Jolicoeur Joly Joyal Juneau Jutras Labbé Labelle Laberge Labonté Labrecque Labrie Lachance Lachapelle Lacombe Lacoste \
Lacroix Laferrière Laflamme Lafleur Lafond Lafontaine Laforest Laforge Lafrance Lafrenière Lagacé Lajeunesse Lajoie Lalancette \
Laliberté Lalonde Lamarche Lambert Lamontagne Lamothe Lamoureux Landreville Landry Langevin Langlois Lanthier Lapierre Laplante \
Lapointe Laporte Laprise Laramée Larivière Larochelle Larocque Larose Larouche Lasalle Latour Latulippe Lauzon Lavallée Laverdière \
Lavigne Lavoie Leblanc Lebel Leblond Lebrun Leclair Leclerc Lecompte Leduc Lefebvre Légaré Léger Legault Lemay Lemelin Lemieux \
Lemire Lepage Lessard Létourneau Levasseur Lévesque Loiselle Lortie Lussier Mailloux Mainville Major Malenfant Malo Marchand \
Marcotte Marcoux Marion Marleau Marois Marquis Martel Martin Martineau Massé Masson Mathieu Maurice Melançon Ménard Mercier \
Messier Meunier Michaud Miron Monette Mongeau Montpetit Moreau Morency Morin Morissette Nadeau Nault Noël Normandin Ouellet \
Ouellette Ouimet Pagé Painchaud Papineau Paquet Paquette Paquin Paradis Paré Parent Patenaude Payette Pelchat Pelletier Pellerin \
Pépin Perreault Perrier Perron Picard Piché Pigeon Pilon Pinard Pineault Plamondon Plante Plourde Poirier Poitras Poliquin \
Pouliot Poulin Prévost Primeau Prince Proulx Provencher Provost Quesnel Quirion Racicot Racine Rancourt Raymond Renaud Rheault \
Richard Richer Rioux Rivard Rivest Robert Roberge Robichaud Robitaille Rochon Rodrigue Rondeau Rousseau Roussel Routhier Roy \
Ruel Sabourin Samson Sauvé Savard Savoie Séguin Sévigny Simard Sirois Soucy Surprenant Sylvestre Taillefer Talbot Tanguay Tardif \
Tellier Tessier Théberge Thériault Therrien Thibault Thibodeau Tremblay Trépanier Trottier Trudeau Trudel Turcotte Turgeon \
Turmel Vachon Vaillancourt Valois Vallée Veilleux Venne Verreault Verville Vézina Viau Vigneault Villeneuve Vincent Voyer";

/// Cities: English name, French name where that differs, province, prefixes of their postal codes (Canada Post).
pub(super) const CITIES: &str = "\
St. John's||NL|A1A A1B A1C A1E\nMount Pearl||NL|A1N\nCorner Brook||NL|A2H\nGander||NL|A1V\n\
Halifax||NS|B3H B3J B3K B3L\nDartmouth||NS|B2W B2X B2Y B3A\nSydney||NS|B1P B1N\nTruro||NS|B2N\nNew Glasgow||NS|B2H\nAmherst||NS|B4H\nBridgewater||NS|B4V\nYarmouth||NS|B5A\n\
Charlottetown||PE|C1A C1E\nSummerside||PE|C1N\nStratford||PE|C1B\n\
Moncton||NB|E1C E1E E1G\nSaint John||NB|E2K E2L E2M\nFredericton||NB|E3A E3B E3C\nDieppe||NB|E1A\nBathurst||NB|E2A\nMiramichi||NB|E1N E1V\nEdmundston||NB|E3V\n\
Montreal|Montréal|QC|H1A H1B H1C H1E H1G H1H H1K H1L H1M H1N H2A H2B H2C H2E H2G H2H H2J H2K H2L H2M H2N H2P H2R H2S H2T H2V H2W H3A H3B H3G H3H H4A H4B H4C\n\
Quebec City|Québec|QC|G1C G1E G1G G1H G1J G1K G1L G1M G1N G1P G1R G1S G1T G1V\nLaval||QC|H7A H7C H7E H7G H7H H7K H7L H7M H7N\nGatineau||QC|J8P J8R J8T J8X J8Y\nLongueuil||QC|J4G J4H J4J J4K J4L\n\
Sherbrooke||QC|J1E J1G J1H J1J\nSaguenay||QC|G7B G7H G7J\nLevis|Lévis|QC|G6V G6W\nTrois-Rivieres|Trois-Rivières|QC|G8T G8Y G9A\nTerrebonne||QC|J6V J6W\n\
Saint-Jean-sur-Richelieu||QC|J2W J3B\nBrossard||QC|J4W J4Y\nRepentigny||QC|J5Y J6A\nDrummondville||QC|J2A J2B\nSaint-Jerome|Saint-Jérôme|QC|J5L J7Y\nGranby||QC|J2G J2H\n\
Rimouski||QC|G5L\nVictoriaville||QC|G6P\nShawinigan||QC|G9N\nRouyn-Noranda||QC|J9X\nVal-d'Or||QC|J9P\nSept-Iles|Sept-Îles|QC|G4R\nAlma||QC|G8B\n\
Toronto||ON|M1B M1C M1E M1G M1H M2H M2J M2K M2M M2N M3A M3B M3C M4B M4C M4E M4G M4H M4J M4K M4L M5A M5B M5P M5R M5S M5T M5V M6C M6E M6G M6H M6J M6K M6P M8V M8W M9A\n\
Ottawa||ON|K1B K1C K1E K1G K1H K1J K1K K1L K1N K1P K1R K1S K1T K1V K1Y K1Z K2A K2B K2C K2E K2G K2H K2J K2P\nMississauga||ON|L4W L4X L4Y L4Z L5A L5B L5C L5E L5G\n\
Brampton||ON|L6P L6R L6S L6T L6V L6W L6X\nHamilton||ON|L8E L8G L8H L8J L8K L8L L8M L8N L8P L8R L8S\nLondon||ON|N5V N5W N5X N5Y N5Z N6A N6B N6C N6E N6G N6H\nMarkham||ON|L3P L3R L3S\n\
Vaughan||ON|L4H L4K L4L\nKitchener||ON|N2A N2B N2C N2E N2G N2H N2M\nWindsor||ON|N8P N8R N8S N8T N8W N8X N9A N9C\nRichmond Hill||ON|L4B L4C L4E\nOakville||ON|L6H L6J L6K L6L\n\
Burlington||ON|L7L L7M L7N L7R\nGreater Sudbury|Grand Sudbury|ON|P3A P3B P3C P3E\nOshawa||ON|L1G L1H L1J L1K\nBarrie||ON|L4M L4N\nSt. Catharines||ON|L2M L2N L2P L2R L2S\n\
Cambridge||ON|N1P N1R N1S N1T N3C N3H\nKingston||ON|K7K K7L K7M\nGuelph||ON|N1C N1E N1G N1H\nThunder Bay||ON|P7A P7B P7C P7E\nWaterloo||ON|N2J N2K N2L\nBrantford||ON|N3P N3R N3S N3T\n\
Pickering||ON|L1V L1W\nNiagara Falls||ON|L2E L2G L2H\nPeterborough||ON|K9H K9J K9K\nSault Ste. Marie||ON|P6A P6B P6C\nSarnia||ON|N7S N7T\nNorth Bay||ON|P1A P1B\nBelleville||ON|K8N K8P\n\
Cornwall||ON|K6H K6J\nTimmins||ON|P4N\nOrillia||ON|L3V\nKenora||ON|P9N\n\
Winnipeg||MB|R2C R2E R2G R2H R2J R2K R2L R2M R2N R3A R3B R3C R3E R3G R3J R3K R3L R3M R3N R3T\nBrandon||MB|R7A R7B\nSteinbach||MB|R5G\nThompson||MB|R8N\nPortage la Prairie||MB|R1N\nSelkirk||MB|R1A\nDauphin||MB|R7N\n\
Saskatoon||SK|S7H S7J S7K S7L S7M S7N\nRegina||SK|S4N S4P S4R S4S S4T\nPrince Albert||SK|S6V S6X\nMoose Jaw||SK|S6H S6J\nSwift Current||SK|S9H\nYorkton||SK|S3N\nNorth Battleford||SK|S9A\nEstevan||SK|S4A\n\
Calgary||AB|T1Y T2A T2B T2C T2E T2G T2H T2J T2K T2L T2M T2N T2P T2R T2S T2T T3A T3B T3C\nEdmonton||AB|T5A T5B T5C T5E T5G T5H T5J T5K T5L T5M T5N T6A T6B T6C T6E T6G T6H\n\
Red Deer||AB|T4N T4P T4R\nLethbridge||AB|T1H T1J T1K\nSt. Albert||AB|T8N\nMedicine Hat||AB|T1A T1B\nGrande Prairie||AB|T8V T8W\nAirdrie||AB|T4A T4B\nSpruce Grove||AB|T7X\nLeduc||AB|T9E\nCamrose||AB|T4V\nFort McMurray||AB|T9H T9K\n\
Vancouver||BC|V5K V5L V5M V5N V5P V5R V5S V5T V5V V5W V5X V5Y V5Z V6A V6B V6E V6G V6H V6J V6K V6L V6M V6N\nSurrey||BC|V3R V3S V3T V3V V3W V3X\nBurnaby||BC|V5A V5B V5C V5E V5G V5H V5J\nRichmond||BC|V6X V6Y V7A V7C V7E\n\
Abbotsford||BC|V2S V2T\nCoquitlam||BC|V3J V3K\nKelowna||BC|V1V V1W V1X V1Y\nVictoria||BC|V8N V8P V8R V8S V8T V8V V8W\nNanaimo||BC|V9R V9S V9T\nKamloops||BC|V2B V2C V2E\nChilliwack||BC|V2P V2R\n\
Prince George||BC|V2L V2M V2N\nVernon||BC|V1T\nPenticton||BC|V2A\nCourtenay||BC|V9N\nCampbell River||BC|V9W\nCranbrook||BC|V1C\nPort Alberni||BC|V9Y\nTerrace||BC|V8G\nNelson||BC|V1L\n\
Whitehorse||YT|Y1A\nDawson City|Dawson|YT|Y0B\nYellowknife||NT|X1A\nHay River||NT|X0E\nIqaluit||NU|X0A\nRankin Inlet||NU|X0C\nCambridge Bay||NU|X0B";

/// Provinces and territories: code, English name, French name.
pub(super) const PROVINCES: &[(&str, &str, &str)] = &[
    ("NL", "Newfoundland and Labrador", "Terre-Neuve-et-Labrador"),
    ("PE", "Prince Edward Island", "Île-du-Prince-Édouard"),
    ("NS", "Nova Scotia", "Nouvelle-Écosse"),
    ("NB", "New Brunswick", "Nouveau-Brunswick"),
    ("QC", "Quebec", "Québec"),
    ("ON", "Ontario", "Ontario"),
    ("MB", "Manitoba", "Manitoba"),
    ("SK", "Saskatchewan", "Saskatchewan"),
    ("AB", "Alberta", "Alberta"),
    ("BC", "British Columbia", "Colombie-Britannique"),
    ("YT", "Yukon", "Yukon"),
    ("NT", "Northwest Territories", "Territoires du Nord-Ouest"),
    ("NU", "Nunavut", "Nunavut"),
];

/// Made-up streets are one of these...
pub(super) const STREET_EN: &str = "\
Alder Amber Apple Ash Aspen Badger Barley Bayberry Beaver Birch Bluebird Briar Brook Buttercup Cardinal Cedar Cherry Chestnut \
Clover Copper Crane Cricket Daisy Deer Dove Eagle Elder Elm Falcon Fern Finch Fox Garnet Goose Granite Hare Hawk Hawthorn Hazel \
Heather Heron Hickory Holly Iris Ivy Jasper Juniper Kestrel Larch Lark Laurel Lily Linden Loon Lynx Maple Marten Meadow Merlin \
Moose Moss Oak Osprey Otter Owl Partridge Pear Pebble Pheasant Pine Plover Plum Poplar Quail Quartz Rabbit Raven Reed Robin \
Rowan Saffron Sage Sandpiper Silver Slate Sorrel Sparrow Spruce Starling Swallow Tamarack Teal Thistle Thrush Timber Trillium \
Trout Violet Walnut Willow Wren Yarrow";

/// ...and one of these.
pub(super) const STREET_END_EN: &str = "bank bend bourne bridge brook brow cliff cote croft dale dene fall fell field ford gate glen grove \
haven hollow hurst ley mead mere mill moor mount path ridge rise run shaw side stead stone thorpe vale view wick wood worth";

/// What a street is.
pub(super) const STREET_TYPE_EN: &str = "Street Avenue Road Drive Crescent Court Lane Way Place Boulevard";

/// Made-up streets in French are one of these before...
pub(super) const STREET_TYPE_FR: &str = "rue|avenue|chemin|boulevard|place|montée|croissant|allée";

/// ...one of these...
pub(super) const STREET_FR: &str = "des Aulnes|des Bouleaux|des Cèdres|des Chênes|des Colibris|des Cormiers|des Cygnes|des Érables|des Fauvettes|des Fougères|des \
Geais|des Genévriers|des Grives|des Hérons|des Hirondelles|des Huards|des Iris|des Lilas|des Loutres|des Lynx|des Mélèzes|des \
Merles|des Mésanges|des Noyers|des Ormes|des Peupliers|des Pinsons|des Pruniers|des Renards|des Roitelets|des Roseaux|des \
Sapins|des Saules|des Sittelles|des Sorbiers|des Tilleuls|des Tourterelles|des Trembles|des Trilles|des Violettes";

/// ...and one of these.
pub(super) const STREET_END_FR: &str = "Argentés|Blancs|Bleus|Bruns|Cachés|Calmes|Clairs|d'Ambre|d'Automne|d'Été|d'Hiver|de la Baie|de la Brume|de la Colline|de \
la Lande|de la Lune|de l'Anse|de l'Aube|de l'Étang|de l'Orée|du Cap|du Large|du Lac|du Matin|du Moulin|du Nord|du Pré|du Ruisseau|du \
Soir|du Vallon";

/// Made-up companies are one of these...
pub(super) const COMPANY: &str = "\
Abrevo Aldanix Altoviq Amberwyn Andoriv Arvantis Askelio Avonmir Balderis Belquora Bravonix Brelmont Calvenor Candrix Carvexa \
Cendoria Corvanta Dalmeris Delvantis Dorvenna Drevanto Elanquor Eldravia Elvoriq Embervane Endralis Fairvonix Falquera Fenwaldia \
Fjordana Galdoria Garvexis Glenvara Gralvino Halvenor Harquessa Helvarix Imbrevia Indolaris Isvaldo Jalvera Jorvanta Kaldoriq \
Kelvanix Kestrano Korvessa Lanvaris Lomondex Lorquivia Lunavero Maldevia Marvonex Meldoriq Merquanta Mirvalis Nalvoria Nevarix \
Nordelva Norquessa Oldavera Olvantis Orbrevia Ormvaldo Palvexis Pendrovia Polvarix Quaderno Quelvaris Questoval Raldovia Ravenquor \
Relvanta Rendoriq Rivaldex Salvexia Sendorval Silvaquor Solverano Stelvoria Taldravix Tarquevia Telvanor Torvessa Ulvantis \
Umbrelva Valdoriq Varquenta Velmontis Verdaquor Vestalvo Vindoria Volvaris Wendravix Westalvor Wolvexia Yaldovia Yorvantis \
Zaldoriq Zelvarix Zondravia";

/// ...of these.
pub(super) const COMPANY_KIND_EN: &str = "Analytics|Builders|Catering|Cleaning|Communications|Construction|Consulting|Controls|Design|Electric|Energy|Engineering|Farms|\
Finance|Foods|Forestry|Furniture|Glass|Hardware|Health|Holdings|Imports|Insurance|Interiors|Investments|Labs|Lighting|Logistics|\
Machining|Marine|Media|Metals|Minerals|Motors|Optics|Packaging|Partners|Plastics|Printing|Properties|Roofing|Security|Software|\
Solutions|Systems|Textiles|Tools|Transport|Travel|Ventures";

/// ...and one of these.
pub(super) const COMPANY_FORM_EN: &str = "Inc.|Ltd.|Corp.|Limited";

/// The same in French: before the name...
pub(super) const COMPANY_KIND_FR: &str = "Les Aliments|Analyses|Les Ateliers|Boulangerie|Les Bois|Carrelages|Communications|Les Conseillers|Construction|Couvreurs|\
Distribution|Les Électriciens|Énergie|Les Entreprises|Les Équipements|Ferme|Fonderie|Groupe|Imprimerie|Ingénierie|Les \
Investissements|Laboratoires|Logiciels|Logistique|Les Matériaux|Mécanique|Meubles|Les Pièces|Placements|Plomberie|Les \
Productions|Quincaillerie|Les Services|Solutions|Systèmes|Transport|Vitrerie|Voyages";

/// ...and after it.
pub(super) const COMPANY_FORM_FR: &str = "inc.|ltée|enr.";
