//! Whether two texts are one, spelled differently.

/// Whether they are the same but for case, accents and spaces around: as most collations have it.
pub(super) fn same(a: &[u8], b: &[u8]) -> bool {
    if a == b {
        return true;
    }
    if a.is_ascii() && b.is_ascii() {
        return a.trim_ascii().eq_ignore_ascii_case(b.trim_ascii());
    }
    match (std::str::from_utf8(a), std::str::from_utf8(b)) {
        (Ok(a), Ok(b)) => fold(a.trim()).eq(fold(b.trim())),
        _ => false,
    }
}

fn fold(text: &str) -> impl Iterator<Item = char> {
    // Combining accents, as decomposed texts have them, are nothing by themselves.
    text.chars().filter(|c| !('\u{300}'..='\u{36f}').contains(c)).flat_map(char::to_lowercase).flat_map(bare)
}

/// A letter of Latin-1 or of the most common of Latin Extended-A without its accent.
fn bare(c: char) -> impl Iterator<Item = char> {
    let text: &'static str = match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => "e",
        'ğ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => "i",
        'ł' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' => "o",
        'ř' => "r",
        'ś' | 'š' | 'ş' => "s",
        'ť' | 'ţ' => "t",
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        'æ' => "ae",
        'œ' => "oe",
        'ß' => "ss",
        '’' => "'",
        _ => "",
    };
    text.chars().chain(text.is_empty().then_some(c))
}

/// A text without accents.
pub(crate) fn ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c.to_lowercase().next() {
            Some(lower) if lower != c => out.extend(bare(lower).flat_map(char::to_uppercase)),
            _ => out.extend(bare(c)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_text_are_the_same() {
        for (a, b) in [
            ("René", "RENE"),
            ("a", "A "),
            ("Zoë", "zoe"),
            ("Œuvre", "oeuvre"),
            ("e\u{301}", "É"),
            ("O’Neil", "O'NEIL"),
        ] {
            assert!(same(a.as_bytes(), b.as_bytes()), "{a} {b}");
        }
        for (a, b) in [("a", "b"), ("René", "Renée"), ("", "a"), ("東", "京")] {
            assert!(!same(a.as_bytes(), b.as_bytes()), "{a} {b}");
        }
        assert_eq!(ascii("Élisabeth Côté-Œ"), "Elisabeth Cote-OE");
    }
}
