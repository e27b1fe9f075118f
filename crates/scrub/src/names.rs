//! What the name of a column suggests that it holds, in English and French.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a column is taken to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Suggests {
    /// E-mail addresses.
    Email,
    /// Phone and fax numbers.
    Phone,
    /// Social insurance, social security and other national numbers of persons.
    Sin,
    /// Numbers of health cards.
    HealthNumber,
    /// Numbers of passports, driving licences, permanent residence cards and the like.
    IdentityDocument,
    /// Payment cards.
    Card,
    /// Bank accounts.
    BankAccount,
    /// First names.
    FirstName,
    /// Last names.
    LastName,
    /// Whole names of persons.
    FullName,
    /// Names of accounts.
    Username,
    /// Names of companies and employers.
    Company,
    /// Passwords and their hashes.
    Password,
    /// Tokens, keys, answers to security questions.
    Secret,
    /// Dates of birth.
    DateOfBirth,
    /// Ages.
    Age,
    /// Gender and sex.
    Gender,
    /// Whole addresses, or their lines.
    Address,
    /// Streets, with or without a number.
    Street,
    /// Cities.
    City,
    /// Provinces and states.
    Province,
    /// Postal codes.
    PostalCode,
    /// Latitudes, longitudes, places.
    Geo,
    /// IP addresses.
    Ip,
    /// MAC addresses and other numbers of devices.
    Mac,
    /// URLs.
    Url,
    /// Incomes and salaries.
    Income,
    /// Religion, health, ethnicity, citizenship, marital status: what law calls sensitive.
    Sensitive,
    /// Text that people write: notes, comments, messages.
    FreeText,
}

impl Suggests {
    /// All of them, with the names that files and reports call them by.
    pub const ALL: [(Self, &str); 29] = [
        (Self::Email, "email"),
        (Self::Phone, "phone"),
        (Self::Sin, "sin"),
        (Self::HealthNumber, "health_number"),
        (Self::IdentityDocument, "identity_document"),
        (Self::Card, "card"),
        (Self::BankAccount, "bank_account"),
        (Self::FirstName, "first_name"),
        (Self::LastName, "last_name"),
        (Self::FullName, "full_name"),
        (Self::Username, "username"),
        (Self::Company, "company"),
        (Self::Password, "password"),
        (Self::Secret, "secret"),
        (Self::DateOfBirth, "date_of_birth"),
        (Self::Age, "age"),
        (Self::Gender, "gender"),
        (Self::Address, "address"),
        (Self::Street, "street"),
        (Self::City, "city"),
        (Self::Province, "province"),
        (Self::PostalCode, "postal_code"),
        (Self::Geo, "geo"),
        (Self::Ip, "ip"),
        (Self::Mac, "mac"),
        (Self::Url, "url"),
        (Self::Income, "income"),
        (Self::Sensitive, "sensitive"),
        (Self::FreeText, "free_text"),
    ];

    /// As files and reports spell it.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(class, _)| *class == self).map_or("", |(_, name)| name)
    }
}

/// How sure that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// The word has other uses, or others around it speak against it.
    Possible,
    /// The word mostly means this.
    Likely,
    /// The name says it.
    Certain,
}

/// What this name suggests, and how sure that is. `None`: nothing.
pub fn suggest(column: &str) -> Option<(Suggests, Confidence)> {
    let words = words(column);
    let mut best: Option<(Confidence, usize, Suggests)> = None;
    for (pattern, class, confidence) in PATTERNS {
        let Some((at, count)) = position(&words, pattern) else { continue };
        let rest = words.get(at + count..).unwrap_or_default();
        let spoken_against = rest.iter().any(|w| ABOUT.contains(&w.as_str()))
            || words.iter().take(at).any(|w| ASKS.contains(&w.as_str()))
            || (*confidence != Certain
                && at.checked_sub(1).and_then(|i| words.get(i)).is_some_and(|w| OF_THINGS.contains(&w.as_str())));
        let confidence = match (spoken_against, *confidence) {
            (false, c) => c,
            (true, Certain) => Possible,
            (true, _) => continue,
        };
        let length = pattern.split(' ').count();
        if best.is_none_or(|(c, l, _)| (length, confidence) > (l, c)) {
            best = Some((confidence, length, *class));
        }
    }
    best.map(|(confidence, _, class)| (class, confidence))
}

/// The words of a name in lower case without accents: at underscores and other signs, between a small and a capital
/// letter, before the last of several capitals, and between letters and digits.
pub fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let chars: Vec<char> = name.chars().collect();
    let mut before = '\0';
    for (i, &c) in chars.iter().enumerate() {
        let next_is_lower = chars.get(i + 1).is_some_and(|n| n.is_lowercase());
        let splits = !c.is_alphanumeric()
            || (c.is_uppercase() && (before.is_lowercase() || (before.is_uppercase() && next_is_lower)))
            || (c.is_numeric() != before.is_numeric() && before.is_alphanumeric());
        if splits && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase().flat_map(plain));
        }
        before = c;
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// A small letter without the accents that French has.
fn plain(c: char) -> impl Iterator<Item = char> {
    let text = match c {
        'à' | 'â' | 'ä' => "a",
        'ç' => "c",
        'é' | 'è' | 'ê' | 'ë' => "e",
        'î' | 'ï' => "i",
        'ô' | 'ö' => "o",
        'ù' | 'û' | 'ü' => "u",
        'ÿ' => "y",
        'œ' => "oe",
        'æ' => "ae",
        '\u{300}'..='\u{36f}' => "",
        _ => return Some(c).into_iter().chain("".chars()),
    };
    None.into_iter().chain(text.chars())
}

/// Where the words of `pattern` stand in a row, written apart or as one; and how many words that is.
fn position(words: &[String], pattern: &str) -> Option<(usize, usize)> {
    let count = pattern.split(' ').count();
    let apart = words.windows(count).position(|w| w.iter().map(String::as_str).eq(pattern.split(' ')));
    // A word's number belongs to it: `email2`.
    apart.map(|at| (at, count)).or_else(|| {
        let one = |w: &String| {
            let mut rest = w.as_str();
            count > 1 && pattern.split(' ').all(|p| rest.strip_prefix(p).map(|r| rest = r).is_some()) && rest.is_empty()
        };
        words.iter().position(one).map(|at| (at, 1))
    })
}

/// Words after it by which a column is about the thing and doesn't hold it: `email_verified`, `phone_type`.
const ABOUT: &[&str] = &[
    "active",
    "at",
    "by",
    "category",
    "code",
    "confirmed",
    "count",
    "date",
    "enabled",
    "expires",
    "flag",
    "format",
    "id",
    "is",
    "kind",
    "language",
    "length",
    "level",
    "notification",
    "notifications",
    "ok",
    "opt",
    "optin",
    "preference",
    "preferences",
    "required",
    "sent",
    "status",
    "statut",
    "subject",
    "template",
    "time",
    "total",
    "type",
    "valid",
    "validated",
    "verified",
    "version",
    "envoye",
    "verifie",
    "valide",
    "actif",
    "uuid",
    "expiry",
    "changed",
    "updated",
];

/// Words before it by which it is a question: `has_email`.
const ASKS: &[&str] =
    &["is", "has", "can", "allow", "allows", "require", "requires", "nb", "use", "uses", "wants", "send", "show"];

/// What has a name or an address and isn't a person.
const OF_THINGS: &[&str] = &[
    "action",
    "app",
    "application",
    "attribute",
    "bucket",
    "category",
    "class",
    "column",
    "country",
    "dataset",
    "db",
    "database",
    "display",
    "document",
    "event",
    "field",
    "file",
    "filename",
    "form",
    "function",
    "group",
    "host",
    "image",
    "index",
    "job",
    "key",
    "language",
    "locale",
    "method",
    "migration",
    "model",
    "module",
    "option",
    "package",
    "page",
    "param",
    "parameter",
    "permission",
    "plan",
    "plugin",
    "process",
    "product",
    "program",
    "programme",
    "project",
    "queue",
    "report",
    "resource",
    "role",
    "route",
    "rule",
    "schema",
    "section",
    "server",
    "service",
    "setting",
    "state",
    "step",
    "stage",
    "table",
    "tag",
    "task",
    "template",
    "theme",
    "type",
    "unit",
    "variable",
    "view",
    "workflow",
    "pays",
    "fichier",
    "produit",
    "memory",
    "blog",
    "branch",
    "constraint",
];

use Confidence::{Certain, Likely, Possible};
use Suggests as S;

/// Words, without accents, and what they suggest. More words in a row go before fewer.
const PATTERNS: &[(&str, Suggests, Confidence)] = &[
    ("email", S::Email, Certain),
    ("emails", S::Email, Certain),
    ("e mail", S::Email, Certain),
    ("email address", S::Email, Certain),
    ("mail", S::Email, Likely),
    ("courriel", S::Email, Certain),
    ("courriels", S::Email, Certain),
    ("adresse courriel", S::Email, Certain),
    ("courrier electronique", S::Email, Certain),
    ("adresse electronique", S::Email, Certain),
    ("adresse mail", S::Email, Certain),
    ("adresse email", S::Email, Certain),
    ("recipient", S::Email, Possible),
    ("phone", S::Phone, Certain),
    ("phones", S::Phone, Certain),
    ("phone number", S::Phone, Certain),
    ("telephone", S::Phone, Certain),
    ("numero telephone", S::Phone, Certain),
    ("numero de telephone", S::Phone, Certain),
    ("tel", S::Phone, Likely),
    ("mobile", S::Phone, Likely),
    ("cell", S::Phone, Likely),
    ("cellphone", S::Phone, Certain),
    ("cellulaire", S::Phone, Certain),
    ("msisdn", S::Phone, Certain),
    ("fax", S::Phone, Certain),
    ("telecopieur", S::Phone, Certain),
    ("sms", S::Phone, Possible),
    ("sin", S::Sin, Certain),
    ("nas", S::Sin, Certain),
    ("ssn", S::Sin, Certain),
    ("itn", S::Sin, Possible),
    ("nino", S::Sin, Likely),
    ("nir", S::Sin, Likely),
    ("social insurance", S::Sin, Certain),
    ("social insurance number", S::Sin, Certain),
    ("social security", S::Sin, Certain),
    ("social security number", S::Sin, Certain),
    ("assurance sociale", S::Sin, Certain),
    ("numero assurance sociale", S::Sin, Certain),
    ("securite sociale", S::Sin, Certain),
    ("national id", S::Sin, Certain),
    ("tax id", S::Sin, Likely),
    ("tax number", S::Sin, Likely),
    ("health card", S::HealthNumber, Certain),
    ("health number", S::HealthNumber, Certain),
    ("carte sante", S::HealthNumber, Certain),
    ("assurance maladie", S::HealthNumber, Certain),
    ("ramq", S::HealthNumber, Certain),
    ("ohip", S::HealthNumber, Certain),
    ("phn", S::HealthNumber, Likely),
    ("mrn", S::HealthNumber, Likely),
    ("passport", S::IdentityDocument, Certain),
    ("passeport", S::IdentityDocument, Certain),
    ("driver license", S::IdentityDocument, Certain),
    ("driver licence", S::IdentityDocument, Certain),
    ("drivers license", S::IdentityDocument, Certain),
    ("drivers licence", S::IdentityDocument, Certain),
    ("driving licence", S::IdentityDocument, Certain),
    ("permis de conduire", S::IdentityDocument, Certain),
    ("permis conduire", S::IdentityDocument, Certain),
    ("uci", S::IdentityDocument, Likely),
    ("carte identite", S::IdentityDocument, Certain),
    ("identity card", S::IdentityDocument, Certain),
    ("student number", S::IdentityDocument, Likely),
    ("code permanent", S::IdentityDocument, Likely),
    ("licence plate", S::IdentityDocument, Likely),
    ("license plate", S::IdentityDocument, Likely),
    ("card number", S::Card, Certain),
    ("credit card", S::Card, Certain),
    ("cc number", S::Card, Certain),
    ("ccnum", S::Card, Certain),
    ("carte credit", S::Card, Certain),
    ("carte de credit", S::Card, Certain),
    ("numero carte", S::Card, Likely),
    ("pan", S::Card, Likely),
    ("cvv", S::Secret, Certain),
    ("cvc", S::Secret, Certain),
    ("iban", S::BankAccount, Certain),
    ("bank account", S::BankAccount, Certain),
    ("account number", S::BankAccount, Likely),
    ("compte bancaire", S::BankAccount, Certain),
    ("numero compte", S::BankAccount, Likely),
    ("routing number", S::BankAccount, Likely),
    ("transit number", S::BankAccount, Likely),
    ("first name", S::FirstName, Certain),
    ("fname", S::FirstName, Certain),
    ("given name", S::FirstName, Certain),
    ("given names", S::FirstName, Certain),
    ("forename", S::FirstName, Certain),
    ("middle name", S::FirstName, Certain),
    ("preferred name", S::FirstName, Likely),
    ("prenom", S::FirstName, Certain),
    ("prenoms", S::FirstName, Certain),
    ("initials", S::FirstName, Likely),
    ("nickname", S::FirstName, Likely),
    ("last name", S::LastName, Certain),
    ("lname", S::LastName, Certain),
    ("surname", S::LastName, Certain),
    ("family name", S::LastName, Certain),
    ("maiden name", S::LastName, Certain),
    ("nom famille", S::LastName, Certain),
    ("nom de famille", S::LastName, Certain),
    ("nom naissance", S::LastName, Certain),
    ("nom de naissance", S::LastName, Certain),
    ("nom jeune fille", S::LastName, Certain),
    ("patronyme", S::LastName, Certain),
    ("full name", S::FullName, Certain),
    ("nom complet", S::FullName, Certain),
    ("nom prenom", S::FullName, Certain),
    ("prenom nom", S::FullName, Certain),
    ("legal name", S::FullName, Likely),
    ("contact name", S::FullName, Certain),
    ("customer name", S::FullName, Likely),
    ("client name", S::FullName, Likely),
    ("applicant name", S::FullName, Certain),
    ("owner name", S::FullName, Likely),
    ("author", S::FullName, Possible),
    ("signature", S::FullName, Likely),
    ("cardholder", S::FullName, Certain),
    ("titulaire", S::FullName, Likely),
    ("contact", S::FullName, Possible),
    ("nom", S::LastName, Possible),
    ("name", S::FullName, Possible),
    ("mother", S::FullName, Possible),
    ("father", S::FullName, Possible),
    ("spouse", S::FullName, Possible),
    ("conjoint", S::FullName, Possible),
    ("username", S::Username, Certain),
    ("user name", S::Username, Certain),
    ("login", S::Username, Likely),
    ("user login", S::Username, Certain),
    ("nom utilisateur", S::Username, Certain),
    ("nom d utilisateur", S::Username, Certain),
    ("identifiant", S::Username, Possible),
    ("screen name", S::Username, Likely),
    ("display name", S::FullName, Likely),
    ("company", S::Company, Likely),
    ("company name", S::Company, Certain),
    ("employer", S::Company, Likely),
    ("employeur", S::Company, Likely),
    ("entreprise", S::Company, Likely),
    ("raison sociale", S::Company, Certain),
    ("organization", S::Company, Possible),
    ("organisation", S::Company, Possible),
    ("password", S::Password, Certain),
    ("passwd", S::Password, Certain),
    ("pwd", S::Password, Certain),
    ("user pass", S::Password, Certain),
    ("passphrase", S::Password, Certain),
    ("password hash", S::Password, Certain),
    ("encrypted password", S::Password, Certain),
    ("mot de passe", S::Password, Certain),
    ("mot passe", S::Password, Certain),
    ("mdp", S::Password, Certain),
    ("pin", S::Secret, Possible),
    ("secret", S::Secret, Likely),
    ("token", S::Secret, Likely),
    ("api key", S::Secret, Certain),
    ("private key", S::Secret, Certain),
    ("access token", S::Secret, Certain),
    ("refresh token", S::Secret, Certain),
    ("session id", S::Secret, Likely),
    ("security answer", S::Secret, Certain),
    ("reponse secrete", S::Secret, Certain),
    ("jeton", S::Secret, Likely),
    ("salt", S::Secret, Likely),
    ("otp", S::Secret, Likely),
    ("dob", S::DateOfBirth, Certain),
    ("ddn", S::DateOfBirth, Likely),
    ("birth date", S::DateOfBirth, Certain),
    ("date of birth", S::DateOfBirth, Certain),
    ("birth day", S::DateOfBirth, Certain),
    ("birth", S::DateOfBirth, Likely),
    ("birth year", S::DateOfBirth, Likely),
    ("born", S::DateOfBirth, Likely),
    ("naissance", S::DateOfBirth, Certain),
    ("date naissance", S::DateOfBirth, Certain),
    ("date de naissance", S::DateOfBirth, Certain),
    ("ne le", S::DateOfBirth, Likely),
    ("birth place", S::City, Likely),
    ("place of birth", S::City, Certain),
    ("birth city", S::City, Certain),
    ("lieu naissance", S::City, Certain),
    ("lieu de naissance", S::City, Certain),
    ("age", S::Age, Likely),
    ("gender", S::Gender, Certain),
    ("sex", S::Gender, Likely),
    ("sexe", S::Gender, Certain),
    ("genre", S::Gender, Possible),
    ("address", S::Address, Likely),
    ("addresses", S::Address, Likely),
    ("addr", S::Address, Likely),
    ("adresse", S::Address, Likely),
    ("adresses", S::Address, Likely),
    ("address line", S::Address, Certain),
    ("mailing address", S::Address, Certain),
    ("home address", S::Address, Certain),
    ("billing address", S::Address, Certain),
    ("shipping address", S::Address, Certain),
    ("street address", S::Street, Certain),
    ("adresse postale", S::Address, Certain),
    ("adresse civique", S::Address, Certain),
    ("domicile", S::Address, Likely),
    ("street", S::Street, Certain),
    ("street name", S::Street, Certain),
    ("rue", S::Street, Certain),
    ("numero civique", S::Street, Certain),
    ("civic number", S::Street, Certain),
    ("appartement", S::Street, Likely),
    ("apartment", S::Street, Likely),
    ("city", S::City, Likely),
    ("town", S::City, Likely),
    ("ville", S::City, Likely),
    ("municipalite", S::City, Likely),
    ("province", S::Province, Likely),
    ("postal code", S::PostalCode, Certain),
    ("postcode", S::PostalCode, Certain),
    ("code postal", S::PostalCode, Certain),
    ("zip", S::PostalCode, Likely),
    ("zip code", S::PostalCode, Certain),
    ("cp", S::PostalCode, Possible),
    ("latitude", S::Geo, Certain),
    ("longitude", S::Geo, Certain),
    ("lat", S::Geo, Likely),
    ("lng", S::Geo, Likely),
    ("lon", S::Geo, Likely),
    ("geolocation", S::Geo, Certain),
    ("coordinates", S::Geo, Likely),
    ("coordonnees", S::Geo, Possible),
    ("gps", S::Geo, Likely),
    ("ip", S::Ip, Certain),
    ("ipv 4", S::Ip, Certain),
    ("ipv 6", S::Ip, Certain),
    ("ip address", S::Ip, Certain),
    ("ip addr", S::Ip, Certain),
    ("ip addresses", S::Ip, Certain),
    ("adresse ip", S::Ip, Certain),
    ("remote addr", S::Ip, Certain),
    ("remote address", S::Ip, Certain),
    ("client address", S::Ip, Possible),
    ("forwarded for", S::Ip, Likely),
    ("mac", S::Mac, Likely),
    ("mac address", S::Mac, Certain),
    ("adresse mac", S::Mac, Certain),
    ("imei", S::Mac, Certain),
    ("imsi", S::Mac, Certain),
    ("device id", S::Mac, Likely),
    ("user agent", S::Mac, Possible),
    ("url", S::Url, Possible),
    ("website", S::Url, Likely),
    ("site web", S::Url, Likely),
    ("linkedin", S::Url, Likely),
    ("salary", S::Income, Certain),
    ("salaire", S::Income, Certain),
    ("income", S::Income, Certain),
    ("revenu", S::Income, Certain),
    ("revenus", S::Income, Certain),
    ("wage", S::Income, Certain),
    ("religion", S::Sensitive, Certain),
    ("ethnicity", S::Sensitive, Certain),
    ("ethnic origin", S::Sensitive, Certain),
    ("race", S::Sensitive, Possible),
    ("diagnosis", S::Sensitive, Certain),
    ("diagnostic", S::Sensitive, Possible),
    ("disability", S::Sensitive, Certain),
    ("handicap", S::Sensitive, Likely),
    ("allergies", S::Sensitive, Certain),
    ("medication", S::Sensitive, Certain),
    ("blood type", S::Sensitive, Certain),
    ("citizenship", S::Sensitive, Likely),
    ("citoyennete", S::Sensitive, Likely),
    ("nationality", S::Sensitive, Likely),
    ("nationalite", S::Sensitive, Likely),
    ("marital status", S::Sensitive, Likely),
    ("etat civil", S::Sensitive, Likely),
    ("immigration status", S::Sensitive, Certain),
    ("sexual orientation", S::Sensitive, Certain),
    ("notes", S::FreeText, Likely),
    ("note", S::FreeText, Likely),
    ("comment", S::FreeText, Likely),
    ("comments", S::FreeText, Likely),
    ("commentaire", S::FreeText, Likely),
    ("commentaires", S::FreeText, Likely),
    ("remarks", S::FreeText, Likely),
    ("remarque", S::FreeText, Likely),
    ("remarques", S::FreeText, Likely),
    ("message", S::FreeText, Likely),
    ("description", S::FreeText, Possible),
    ("body", S::FreeText, Possible),
    ("bio", S::FreeText, Likely),
    ("biography", S::FreeText, Likely),
    ("feedback", S::FreeText, Likely),
    ("observations", S::FreeText, Likely),
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_class_has_the_name_that_serde_gives_it() {
        for (class, name) in Suggests::ALL {
            assert_eq!(serde_json::to_value(class).unwrap(), name);
            assert_eq!(class.name(), name);
        }
    }

    #[test]
    fn words_of_names() {
        assert_eq!(words("date_de_naissance"), ["date", "de", "naissance"]);
        assert_eq!(words("clientIPAddress2"), ["client", "ip", "address", "2"]);
        assert_eq!(words("Prénom-Usuel"), ["prenom", "usuel"]);
        assert_eq!(words("MOT_DE_PASSE"), ["mot", "de", "passe"]);
        assert_eq!(words("cœur"), ["coeur"]);
        assert_eq!(words("__"), Vec::<String>::new());
    }

    #[test]
    fn what_names_suggest() {
        for (name, expected) in [
            ("email", Some((S::Email, Certain))),
            ("contactEmail2", Some((S::Email, Certain))),
            ("adresse_courriel", Some((S::Email, Certain))),
            ("adresseCourriel", Some((S::Email, Certain))),
            ("courriel", Some((S::Email, Certain))),
            ("email_verified", Some((S::Email, Possible))),
            ("has_email", Some((S::Email, Possible))),
            ("mail_sent_at", None),
            ("NAS", Some((S::Sin, Certain))),
            ("applicant_sin", Some((S::Sin, Certain))),
            ("since", None),
            ("using", None),
            ("prenom", Some((S::FirstName, Certain))),
            ("Prénom", Some((S::FirstName, Certain))),
            ("firstName", Some((S::FirstName, Certain))),
            ("firstname", Some((S::FirstName, Certain))),
            ("nom_famille", Some((S::LastName, Certain))),
            ("nom", Some((S::LastName, Possible))),
            ("name", Some((S::FullName, Possible))),
            ("table_name", None),
            ("file_name", None),
            ("date_naissance", Some((S::DateOfBirth, Certain))),
            ("dateofbirth", Some((S::DateOfBirth, Certain))),
            ("dob", Some((S::DateOfBirth, Certain))),
            ("telephone", Some((S::Phone, Certain))),
            ("phone_type", Some((S::Phone, Possible))),
            ("adresse", Some((S::Address, Likely))),
            ("adresse_id", None),
            ("ip_address", Some((S::Ip, Certain))),
            ("adresse_ip", Some((S::Ip, Certain))),
            ("last_login_ip", Some((S::Ip, Certain))),
            ("zip", Some((S::PostalCode, Likely))),
            ("code_postal", Some((S::PostalCode, Certain))),
            ("mot_de_passe", Some((S::Password, Certain))),
            ("motdepasse", Some((S::Password, Certain))),
            ("mac_address", Some((S::Mac, Certain))),
            ("company_name", Some((S::Company, Certain))),
            ("created_at", None),
            ("status", None),
            ("quantity", None),
            ("id", None),
            ("", None),
        ] {
            assert_eq!(suggest(name), expected, "{name}");
        }
    }

    #[test]
    fn patterns_are_words_as_names_are_split() {
        for (pattern, ..) in PATTERNS {
            assert_eq!(words(&pattern.replace(' ', "_")).join(" "), *pattern);
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(name in "\\PC{0,40}") {
            let _ = suggest(&name);
        }
    }
}
