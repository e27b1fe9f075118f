//! What may be repeated of a server's message.
//!
//! Servers quote cell values ("Duplicate entry 'x' for key 'y'"), and a value may itself hold a quote, so cutting quoted
//! parts out is not enough. A message is repeated whole only for codes whose texts hold names and nothing else; of some
//! others, the part that names a column or key; of the rest, the code alone.

/// Error codes whose messages hold names, numbers and fixed text only, on MySQL and MariaDB.
const NAMES_ONLY: &[u16] = &[
    1005, 1007, 1008, 1016, 1017, 1022, 1030, 1040, 1043, 1044, 1045, 1046, 1049, 1050, 1051, 1054, 1055, 1059, 1060,
    1061, 1067, 1068, 1069, 1070, 1071, 1072, 1073, 1074, 1075, 1089, 1090, 1091, 1101, 1103, 1109, 1110, 1112, 1113,
    1114, 1115, 1118, 1121, 1129, 1130, 1136, 1141, 1142, 1143, 1146, 1153, 1163, 1164, 1166, 1167, 1170, 1171, 1173,
    1193, 1194, 1195, 1203, 1205, 1206, 1207, 1213, 1214, 1215, 1221, 1226, 1227, 1229, 1231, 1235, 1238, 1239, 1247,
    1253, 1267, 1273, 1282, 1284, 1286, 1290, 1293, 1298, 1304, 1305, 1306, 1318, 1327, 1347, 1349, 1350, 1351, 1356,
    1359, 1360, 1361, 1362, 1363, 1364, 1370, 1378, 1386, 1396, 1410, 1415, 1418, 1419, 1420, 1422, 1424, 1425, 1426,
    1427, 1435, 1436, 1439, 1442, 1445, 1449, 1478, 1481, 1482, 1488, 1491, 1492, 1493, 1494, 1496, 1498, 1499, 1500,
    1503, 1504, 1505, 1506, 1507, 1509, 1517, 1520, 1523, 1524, 1535, 1536, 1539, 1551, 1552, 1558, 1562, 1563, 1564,
    1577, 1580, 1604, 1605, 1628, 1629, 1630, 1659, 1660, 1671, 1705, 1709, 1726, 1739, 1778, 1781, 1783, 1785, 1786,
    1789, 1792, 1794, 1795, 1796, 1799, 1807, 1808, 1813, 1814, 1815, 1816, 1822, 1823, 1824, 1825, 1826, 1827, 1828,
    1829, 1830, 1831, 1832, 1833, 1834, 1845, 1846, 1850, 1858, 1860, 1878, 1901, 1906, 1907, 1932, 1948, 1949, 1953,
    1962, 1979, 2013, 3013, 3024, 3100, 3105, 3106, 3107, 3161, 3164, 3185, 3505, 3546, 3636, 3643, 3660, 3675, 3679,
    3705, 3708, 3719, 3720, 3723, 3730, 3750, 3757, 3761, 3762, 3772, 3776, 3777, 3778, 3780, 3812, 3813, 3819, 3820,
    3821, 3837, 3903, 4025, 4031, 4161, 6125,
];

/// The code in words, and what of `message` holds no value.
pub(crate) fn message(code: u16, message: &str) -> String {
    if NAMES_ONLY.binary_search(&code).is_ok() {
        return format!("{} (error {code})", message.trim_end_matches('.'));
    }
    let tail = |marker: &str| message.rfind(marker).and_then(|at| message.get(at..));
    let what = match code {
        1062 | 1586 => format!("duplicate entry{}", tail(" for key ").unwrap_or_default()),
        1064 => {
            let line = tail(" at line ").unwrap_or_default();
            format!("the server can't read the statement{line}")
        }
        1048 | 1263 => "NULL in a column that takes none".to_owned(),
        1216 | 1452 => "a row refers to no row of the table that its foreign key names".to_owned(),
        1217 | 1451 => "another table's rows refer to the row".to_owned(),
        1264 => "value out of range".to_owned(),
        1265 => "value doesn't fit the column".to_owned(),
        1292 | 1366 | 1367 | 1411 | 1525 => "value is not of the column's type".to_owned(),
        1300 | 1977 | 3988 => "bytes that are no text in the column's character set".to_owned(),
        1406 => "value too long for the column".to_owned(),
        1416 | 3037 | 3516 | 3617 => "value is no geometry".to_owned(),
        1690 | 1916 => "number out of range".to_owned(),
        3140 | 3141 | 3144 | 4038 => "value is no JSON".to_owned(),
        _ => "the server refused it".to_owned(),
    };
    format!("{what} (error {code})")
}

/// What may be said of an error of a statement that holds rows: names in such a message may be values without quotes.
pub(crate) fn row_message(code: u16, text: &str) -> String {
    const SAFE: &[u16] = &[1044, 1114, 1136, 1142, 1143, 1146, 1153, 1205, 1213, 1290, 1356, 1442, 1449, 3819, 4025];
    match NAMES_ONLY.binary_search(&code).is_ok() && !SAFE.contains(&code) {
        true => format!("the server can't evaluate the row (error {code})"),
        false => message(code, text),
    }
}

/// The column that a message about a value names, if the message's form leaves no doubt.
pub(crate) fn column(code: u16, message: &str) -> Option<String> {
    let name = match code {
        1048 => message.strip_prefix("Column '")?.strip_suffix("' cannot be null")?,
        1364 => message.strip_prefix("Field '")?.split('\'').next()?,
        1264 | 1265 | 1292 | 1366 | 1406 => {
            // The last mention counts: a value comes before the column in all of these texts.
            let (before, row) = message.rsplit_once(" at row ")?;
            if row.is_empty() || !row.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            let text = before.rsplit_once("or column ")?.1;
            match text.chars().next()? {
                // MariaDB writes `db`.`table`.`column`.
                q @ ('\'' | '`') => text.trim_end_matches(q).rsplit(q).next()?,
                _ => text.split_whitespace().next()?,
            }
        }
        _ => return None,
    };
    (!name.is_empty()).then(|| name.to_owned())
}

/// The row that a message counts within its statement, from 1.
pub(crate) fn row(message: &str) -> Option<u64> {
    let at = message.rfind(" at row ")?;
    message.get(at + " at row ".len()..)?.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted() {
        assert!(NAMES_ONLY.is_sorted());
    }

    #[test]
    fn values_never_get_through() {
        let canary = "O'Canary";
        for (code, text) in [
            (1062, format!("Duplicate entry '{canary}' for key 'uq_email'")),
            (1366, format!("Incorrect integer value: '{canary}' for column `d`.`t`.`age` at row 3")),
            (1292, format!("Truncated incorrect DOUBLE value: '{canary}'")),
            (1064, format!("You have an error in your SQL syntax; check … near '{canary}' at line 1")),
            (1644, format!("{canary} from a SIGNAL")),
            (65000, format!("something new: '{canary}'")),
        ] {
            let shown = message(code, &text);
            assert!(!shown.contains("Canary"), "{shown}");
        }
    }

    #[test]
    fn columns_and_rows_are_found() {
        let text = "Incorrect integer value: 'x' for column `d`.`t`.`age` at row 3";
        assert_eq!(column(1366, text).as_deref(), Some("age"));
        assert_eq!(row(text), Some(3));
        assert_eq!(column(1264, "Out of range value for column 'n' at row 12").as_deref(), Some("n"));
        assert_eq!(column(1048, "Column 'b' cannot be null").as_deref(), Some("b"));
        assert_eq!(column(1062, "Duplicate entry 'For column CANARY' for key 'x'"), None);
        assert_eq!(column(1292, "Truncated incorrect DOUBLE value: 'for column CANARY'"), None);
        assert!(!row_message(1054, "Unknown column 'CANARY' in 'field list'").contains("CANARY"));
        assert_eq!(
            message(1062, "Duplicate entry '1' for key 'PRIMARY'"),
            "duplicate entry for key 'PRIMARY' (error 1062)"
        );
    }
}
