//! Rules against tables: what is planned, and what is refused with which remedy.

use dumpstream_scrub::key::MasterKey;
use dumpstream_scrub::plan::{Action, OnInvalid, Origin, Otherwise, Rows, TablePlan};
use dumpstream_scrub::policy::Policy;
use dumpstream_scrub::problem::Problem;
use dumpstream_scrub::rules::{AssertionKind, Rules};
use dumpstream_scrub::table::{Class, Column, Table};
use dumpstream_scrub::transform::{Input, Output};
use std::sync::Arc;

const KEY: &str = "4d1f0a9be37c52886a7713c95d0e2fb4918cd6037ae5f1422bb98d6470c31efa";
const HEAD: &str = "version: 1\nkey: { from: \"env:K\", id: k }\n";

/// A policy of these rules, with a key and whatever the tests don't ask about allowed.
fn policy(rules: &str) -> Policy {
    strict(&format!("default: {{ text: keep, json: keep, binary: keep, new_table: keep }}\n{rules}"))
}

fn strict(rules: &str) -> Policy {
    with_key(rules, KEY).unwrap_or_else(|p| panic!("{p:#?}"))
}

fn with_key(rules: &str, key: &str) -> Result<Policy, Vec<Problem>> {
    let rules = Rules::parse(format!("{HEAD}{rules}").as_bytes()).unwrap_or_else(|p| panic!("{p:#?}"));
    let key = MasterKey::from_bytes(key.as_bytes()).unwrap_or_else(|e| panic!("{e}"));
    Policy::new(rules, Some(key))
}

fn varchar(name: &str, chars: u64) -> Column {
    Column {
        type_name: "VARCHAR".to_owned(),
        max_chars: Some(chars),
        collation: Some("utf8mb4_general_ci".to_owned()),
        nullable: false,
        ..Column::text(name)
    }
}

fn typed(name: &str, class: Class, type_name: &str) -> Column {
    Column { class, type_name: type_name.to_owned(), charset: None, ..Column::text(name) }
}

fn int(name: &str) -> Column {
    let range = Some((-(1_i128 << 31), (1_i128 << 31) - 1));
    Column { range, nullable: false, ..typed(name, Class::Number, "INT") }
}

fn table(name: &str, columns: Vec<Column>) -> Table {
    Table { database: None, name: name.to_owned(), columns, unique_keys: Vec::new(), defined: true }
}

fn applicant() -> Table {
    let mut date = typed("date_of_birth", Class::Temporal, "DATE");
    date.nullable = false;
    let id = Column { auto_increment: true, ..int("id") };
    let columns = vec![
        id,
        varchar("email", 255),
        varchar("sin", 11),
        Column { nullable: true, ..varchar("phone", 20) },
        date,
        varchar("country", 2),
        Column::text("notes"),
    ];
    Table { unique_keys: vec![vec![(0, None)]], ..table("applicant", columns) }
}

fn refused(policy: &Policy, table: &Table) -> Vec<Problem> {
    match policy.table(table) {
        Ok(plan) => panic!("{plan:#?}"),
        Err(problems) => problems,
    }
}

/// What is said of the only problem.
fn one(policy: &Policy, table: &Table) -> String {
    let problems = refused(policy, table);
    assert_eq!(problems.len(), 1, "{problems:#?}");
    said(&problems[0])
}

fn said(problem: &Problem) -> String {
    format!("{problem} | {}", problem.hint.clone().unwrap_or_default())
}

fn plan(policy: &Policy, table: &Table) -> Arc<TablePlan> {
    policy.table(table).unwrap_or_else(|p| panic!("{p:#?}"))
}

fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{text:?} lacks {part:?}");
    }
}

/// What a rule makes of a value, whatever its condition.
fn apply(plan: &TablePlan, column: usize, value: &str) -> String {
    let Action::Replace(replace) = &plan.columns[column].action else { panic!("{:?}", plan.columns[column]) };
    let (mut scratch, mut out) = (Vec::new(), Vec::new());
    let normal = replace.normal.normal(value.as_bytes(), &mut scratch);
    let input = Input { value: value.as_bytes(), normal, subject: None, row: &() };
    match replace.transform.apply(&input, &mut out) {
        Ok(Output::Value) => String::from_utf8(out).unwrap_or_else(|e| panic!("{e}")),
        other => panic!("{other:?}"),
    }
}

fn transformer(plan: &TablePlan, column: usize) -> Option<&'static str> {
    match plan.columns[column].origin {
        Origin::Rule { transformer, .. } => Some(transformer),
        _ => None,
    }
}

#[test]
fn exact_goes_before_glob_before_regex_before_type_before_default() {
    let policy = policy(
        "columns:
  - { match: \"type:varchar\", do: mask }
  - { match: \"/(email|sin|phone)/\", do: set_null, null: keep, optional: true }
"
        .replace("set_null, null: keep", "truncate_text, chars: 1")
        .as_str(),
    );
    let p = plan(&policy, &applicant());
    assert_eq!(transformer(&p, 1), Some("truncate_text"));
    assert_eq!(transformer(&p, 5), Some("mask"));
    assert_eq!(transformer(&p, 6), None);

    let policy = self::policy(
        "columns:
  - { match: applicant.email, do: constant, value: x }
  - { match: \"*.{email,sin}\", do: empty }
  - { match: \"/(email|sin|phone)/\", do: redact }
  - { match: \"type:varchar\", do: mask }
",
    );
    let p = plan(&policy, &applicant());
    let names: Vec<_> = (1..6).map(|i| transformer(&p, i)).collect();
    assert_eq!(names, [Some("constant"), Some("empty"), Some("redact"), None, Some("mask")]);
    assert_eq!(policy.finish(), Ok(()));
}

#[test]
fn rules_of_one_rank_for_one_column_are_refused_with_both_lines() {
    let policy =
        policy("columns:\n  - { match: \"*.email\", do: empty }\n  - { match: \"applicant.*ail\", do: mask }\n");
    let text = one(&policy, &applicant());
    has(&text, &["line 6", "columns[1]", "applicant.email", "line 5 (columns[0]), line 6 (columns[1])", "globs"]);
    let policy = self::policy("tables:\n  - { match: \"app*\", do: keep }\n  - { match: \"*cant\", do: drop }\n");
    has(&one(&policy, &applicant()), &["line 5 (tables[0]), line 6 (tables[1])"]);
}

#[test]
fn what_matched_nothing_is_told_at_the_end_unless_optional() {
    let policy = policy(
        "columns:
  - { match: [\"aplicant.email\", \"*.email\"], do: empty }
  - { match: \"*.{phone,fax}\", do: mask }
  - { match: \"other.secret\", do: mask, optional: true }
  - { match: \"shop.applicant.sin\", do: mask }
tables:
  - { match: \"old_*\", do: drop }
assert:
  - { unique: [\"applicants.email\"] }
  - { rows: logs, equals: 0 }
",
    );
    plan(&policy, &applicant());
    let problems = policy.finish().unwrap_err();
    let texts: Vec<String> = problems.iter().map(said).collect();
    assert_eq!(texts.len(), 6, "{texts:#?}");
    has(&texts[0], &["`old_*` matches no table", "line 10", "tables[0]", "optional: true"]);
    has(&texts[1], &["`aplicant.email` matches no column", "columns[0]", "did you mean `applicant`?"]);
    has(&texts[2], &["`*.fax` matches no column", "columns[1]"]);
    has(&texts[3], &["`shop.applicant.sin`", "names no database"]);
    has(&texts[4], &["`applicants.email`", "assert[0]", "did you mean `applicant`?"]);
    has(&texts[5], &["`logs` matches no table", "assert[1]"]);
}

/// myanon #18: a misspelled column was ignored, and the real one came out as it was.
#[test]
fn myanon_18_a_misspelled_column_is_refused_when_its_table_is_seen() {
    let policy = policy("columns:\n  - { match: applicant.emial, do: empty }\n");
    has(&one(&policy, &applicant()), &["line 5", "no column `emial`", "did you mean `email`?"]);
    let policy = self::policy("columns:\n  - { match: \"applicant.{email,emial}\", do: empty }\n");
    has(&one(&policy, &applicant()), &["no column `emial`"]);
    let policy = self::policy("columns:\n  - { match: applicant.emial, do: empty, optional: true }\n");
    plan(&policy, &applicant());
    let policy = self::policy("assert:\n  - { no_survivors: applicant.emial }\n");
    has(&one(&policy, &applicant()), &["assert[0]", "no column `emial`"]);
}

/// gonymizer #80: a column that was added after the rules were written passed as it was.
#[test]
fn gonymizer_80_a_new_column_in_no_rule_is_refused_all_at_once() {
    let policy = strict(
        "columns:
  - { match: applicant.email, do: empty }
  - { match: \"applicant.{sin,phone,country}\", do: mask }
",
    );
    let mut table = applicant();
    table.columns.push(Column { nullable: true, ..typed("payload", Class::Json, "JSON") });
    table.columns.push(Column { nullable: true, ..typed("we.ird", Class::Binary, "BLOB") });
    table.columns.push(typed("income", Class::Number, "DECIMAL"));
    let text = one(&policy, &table);
    has(&text, &["`notes`, `payload` and `we.ird`", "under `columns`"]);
    has(&text, &["\n- { match: \"applicant.notes\", do: redact }", "\"applicant.`we.ird`\"", "do: json"]);
    assert!(!text.contains("income"));
}

/// What the hint says can be put into the file as it is.
#[test]
fn the_lines_proposed_are_rules() {
    let lines = one(&strict("tables:\n  - { match: applicant, do: keep }\n"), &applicant());
    let lines = lines.split_once('\n').unwrap().1.replace("…", "a");
    let policy = strict(&format!("columns:\n{lines}\n"));
    plan(&policy, &applicant());
    assert_eq!(policy.finish(), Ok(()));
}

#[test]
fn a_table_that_no_rule_names_is_refused() {
    let keep = "default: { text: keep }\n";
    has(&one(&strict(keep), &applicant()), &["no rule names this table", "- { match: \"applicant\", do: keep }"]);
    // A rule for any table names none.
    let any = strict(&format!("{keep}columns:\n  - {{ match: \"*.email\", do: empty }}\n"));
    has(&one(&any, &applicant()), &["no rule names this table"]);
    plan(&strict(&format!("{keep}columns:\n  - {{ match: \"app*.email\", do: empty }}\n")), &applicant());
    plan(&strict(&format!("{keep}tables:\n  - {{ match: \"*\", do: keep }}\n")), &applicant());
}

#[test]
fn tables_are_truncated_dropped_and_thinned_out() {
    let policy = strict(
        "tables:
  - { match: [gone, shop.gone2], do: drop }
  - { match: \"*_log\", do: truncate }
  - { match: applicant, keep_rows: \"country = 'CA'\" }
columns:
  - { match: \"applicant.*\", do: keep, because: test }
",
    );
    let dropped = plan(&policy, &table("gone", vec![Column::text("a")]));
    assert!(dropped.drop_definition && matches!(dropped.rows, Rows::Drop));
    assert_eq!(dropped.columns[0].origin, Origin::TableDropped { ruled: false });
    let log = plan(&policy, &table("audit_log", vec![Column::text("a")]));
    assert!(!log.drop_definition && matches!(log.rows, Rows::Drop));
    assert!(matches!(plan(&policy, &applicant()).rows, Rows::Where(_)));
    let other = Table { database: Some("shop".to_owned()), ..table("gone2", vec![]) };
    assert!(plan(&policy, &other).drop_definition);
}

#[test]
fn a_policy_of_all_keep_keeps_every_byte() {
    let rules = Rules::parse(
        b"version: 1\ndefault: { text: keep, json: keep, binary: keep, new_table: keep, unknown_statement: keep, header: keep, definitions: keep, programs: keep }\n",
    );
    let policy = Policy::new(rules.unwrap(), None).unwrap();
    assert!(plan(&policy, &applicant()).keeps_rows());
    assert_eq!(policy.finish(), Ok(()));
}

#[test]
fn class_defaults_set_null_and_redact_are_checked_like_rules() {
    let policy = strict("default: { text: redact, temporal: set_null, new_table: keep }\n");
    has(&one(&policy, &applicant()), &["applicant.date_of_birth", "NOT NULL"]);
    let policy = strict("default: { text: redact, new_table: keep }\n");
    let p = plan(&policy, &applicant());
    assert_eq!(apply(&p, 1, "a@b.ca"), "[redacted]");
    assert_eq!(apply(&p, 5, "CA"), "[r");
    assert_eq!(p.columns[1].origin, Origin::Default);
    let mut unique = applicant();
    unique.unique_keys.push(vec![(1, None)]);
    has(&one(&policy, &unique), &["applicant.email", "unique key", "token"]);
}

/// greenmask #465: SetNull on a NOT NULL column passed the check, and the restore failed.
#[test]
fn greenmask_465_null_in_a_column_that_is_not_null_is_refused() {
    let policy = policy("columns:\n  - { match: applicant.email, do: set_null }\n");
    has(&one(&policy, &applicant()), &["line 5", "applicant.email", "NOT NULL", "redact"]);
    let policy = self::policy("columns:\n  - { match: applicant.email, do: mask, on_invalid: set_null }\n");
    has(&one(&policy, &applicant()), &["on_invalid", "NOT NULL"]);
    let policy =
        self::policy("columns:\n  - { match: applicant.email, do: mask, when: \"id > 1\", otherwise: set_null }\n");
    has(&one(&policy, &applicant()), &["NOT NULL"]);
    plan(&self::policy("columns:\n  - { match: applicant.phone, do: set_null }\n"), &applicant());
}

/// DivanteLtd/anonymizer #11: data too long.
#[test]
fn anonymizer_11_what_the_column_can_t_hold_is_refused() {
    let policy = policy("columns:\n  - { match: applicant.sin, do: email }\n");
    has(&one(&policy, &applicant()), &["applicant.sin", "up to 33 characters", "holds 11 characters", "length"]);
    let mut small = applicant();
    small.columns[6] = Column { type_name: "TINYTEXT".to_owned(), max_bytes: Some(255), ..Column::text("notes") };
    let wide = "é".repeat(100);
    let policy = self::policy(&format!("columns:\n  - {{ match: applicant.notes, do: constant, value: {wide} }}\n"));
    has(&one(&policy, &small), &["100 characters", "255 bytes"]);
    let policy = self::policy(&format!(
        "columns:\n  - {{ match: applicant.notes, do: constant, value: {} }}\n",
        "e".repeat(100)
    ));
    plan(&policy, &small);
}

#[test]
fn characters_that_the_column_s_charset_lacks_are_refused() {
    let in_charset = |charset: &str, rule: &str| {
        let mut table = applicant();
        table.columns[1].charset = Some(charset.to_owned());
        self::policy(&format!("columns:\n  - {{ match: applicant.email, {rule} }}\n")).table(&table)
    };
    assert!(in_charset("latin1", "do: constant, value: \"caf\u{e9}\"").is_ok());
    assert!(in_charset("latin1", "do: constant, value: \"\u{151}\"").is_err());
    assert!(in_charset("utf8mb3", "do: constant, value: \"\u{1f600}\"").is_err());
    assert!(in_charset("utf8mb4", "do: constant, value: \"\u{1f600}\"").is_ok());
    assert!(in_charset("cp1251", "do: constant, value: \"\u{416}\"").is_ok());
    assert!(in_charset("cp1251", "do: last_name, locale: fr_CA").is_err());
    assert!(in_charset("ascii", "do: mask").is_ok());
    assert!(in_charset("latin1", "do: last_name, locale: fr_CA").is_ok());
    assert!(in_charset("ascii", "do: last_name, locale: fr_CA, ascii: true").is_ok());
    let problems = in_charset("ascii", "do: last_name, locale: fr_CA").unwrap_err();
    has(&said(&problems[0]), &["ascii lacks", "ascii: true"]);
}

/// pynonymizer #86, #115; sql-splitter's 32-bit local parts: replacements collided under a UNIQUE key.
#[test]
fn pynonymizer_86_what_may_collide_under_a_unique_key_is_refused() {
    let keyed = |rule: &str, keys: &[&[(usize, Option<u32>)]]| {
        let mut table = applicant();
        table.unique_keys = keys.iter().map(|k| k.to_vec()).collect();
        self::policy(&format!("columns:\n{rule}")).table(&table).map_err(|p| said(&p[0]))
    };
    let mask = "  - { match: applicant.email, do: mask }\n";
    let email = "  - { match: applicant.email, do: email }\n";
    has(&keyed(mask, &[&[(1, None)]]).unwrap_err(), &["unique key (`email`)", "`mask`", "token"]);
    assert!(keyed(email, &[&[(1, None)]]).is_ok());
    // Short local parts collide.
    has(
        &keyed("  - { match: applicant.email, do: email, length: 8 }\n", &[&[(1, None)]]).unwrap_err(),
        &["length: 20"],
    );
    // (a, b1) and (a, b2) fall together.
    has(&keyed(mask, &[&[(1, None), (5, None)]]).unwrap_err(), &["unique key (`email` and `country`)"]);
    // A key inside it that stays unique keeps it so,
    assert!(keyed(mask, &[&[(0, None)], &[(0, None), (1, None)]]).is_ok());
    // but not one that may be NULL.
    assert!(keyed(mask, &[&[(3, None)], &[(3, None), (1, None)]]).is_err());
    // Ten characters of the output are not the output.
    has(&keyed(email, &[&[(1, Some(10))]]).unwrap_err(), &["first 10 characters"]);
    assert!(keyed("  - { match: applicant.sin, do: sin, range: any }\n", &[&[(2, None)]]).is_ok());
    has(&keyed("  - { match: applicant.sin, do: sin }\n", &[&[(2, None)]]).unwrap_err(), &["range: any"]);
    // NULLs never collide.
    assert!(keyed("  - { match: applicant.phone, do: set_null }\n", &[&[(3, None)]]).is_ok());
    // Mixed replacements may.
    let when = "  - { match: applicant.phone, do: token, length: 20, when: \"id > 1\", otherwise: ";
    has(&keyed(&format!("{when}{{ do: keep, because: x }} }}\n"), &[&[(3, None)]]).unwrap_err(), &["otherwise"]);
    assert!(keyed(&format!("{when}set_null }}\n"), &[&[(3, None)]]).is_ok());
    let invalid = "  - { match: applicant.phone, do: token, length: 20, on_invalid: redact }\n";
    has(&keyed(invalid, &[&[(3, None)]]).unwrap_err(), &["on_invalid"]);
    // YAML takes the bare word for nothing.
    for null in ["null", "\"null\""] {
        let null = format!("  - {{ match: applicant.phone, do: token, length: 20, {null}: replace }}\n");
        has(&keyed(&null, &[&[(3, None)]]).unwrap_err(), &["every NULL"]);
    }
    let subject = "  - { match: applicant.email, do: email, subject: country }\n";
    has(&keyed(subject, &[&[(1, None)]]).unwrap_err(), &["subject"]);
}

#[test]
fn a_domain_that_is_unique_takes_injective_rules_only() {
    let policy =
        policy("domains: { sin: { unique: true } }\ncolumns:\n  - { match: applicant.sin, do: sin, domain: sin }\n");
    has(&one(&policy, &applicant()), &["the domain `sin` is `unique`", "range: any"]);
    plan(
        &self::policy(
            "domains: { sin: { unique: true } }\ncolumns:\n  - { match: applicant.sin, do: sin, domain: sin, range: any }\n",
        ),
        &applicant(),
    );
}

#[test]
fn a_domain_has_one_way_of_replacing() {
    let two = |a: &str, b: &str| {
        with_key(
            &format!("domains: {{ d: {{}} }}\ncolumns:\n  - {{ match: a.x, domain: d, {a} }}\n  - {{ match: b.x, domain: d, {b} }}\n"),
            KEY,
        )
        .map(|_| ())
        .map_err(|p| said(&p[0]))
    };
    has(&two("do: email", "do: token").unwrap_err(), &["line 6", "line 5", "`d`", "as `email`"]);
    has(&two("do: email, host: a.test", "do: email, host: b.test").unwrap_err(), &["with other options"]);
    has(&two("do: email", "do: email, subject: id").unwrap_err(), &["subject"]);
    assert!(two("do: email", "do: email").is_ok());
    // What belongs together is told apart by its own kind.
    assert!(two("do: first_name, subject: id", "do: full_name, subject: id").is_ok());
    assert!(two("do: city, subject: id", "do: postal_code, subject: id").is_ok());
    has(&two("do: email", "do: json, paths: { \"$.a\": { do: token, domain: d } }").unwrap_err(), &["as `email`"]);
}

#[test]
fn a_transformer_is_for_columns_of_its_kind() {
    let on = |column: Column, rule: &str| {
        let policy = self::policy(&format!("columns:\n  - {{ match: t.c, {rule} }}\n"));
        policy.table(&table("t", vec![column])).map(|_| ()).map_err(|p| said(&p[0]))
    };
    has(&on(int("c"), "do: email").unwrap_err(), &["`email` is for text columns, and this is INT", "int_permute"]);
    has(&on(typed("c", Class::Json, "JSON"), "do: mask").unwrap_err(), &["this is JSON", "`json`"]);
    has(&on(typed("c", Class::Temporal, "TIME"), "do: date_shift").unwrap_err(), &["TIME"]);
    has(&on(typed("c", Class::Number, "DECIMAL"), "do: int_permute").unwrap_err(), &["DECIMAL", "noise"]);
    let labels = || Column { labels: vec!["a".to_owned(), "b".to_owned()], ..typed("c", Class::Label, "ENUM") };
    has(&on(labels(), "do: mask").unwrap_err(), &["this is ENUM", "pick"]);
    assert!(on(labels(), "do: constant, value: x").is_err());
    assert!(on(labels(), "do: constant, value: a").is_ok());
    has(&on(labels(), "do: pick, values: [a, x]").unwrap_err(), &["definition lacks"]);
    let counted = Column { auto_increment: true, ..int("c") };
    has(&on(counted, "do: noise").unwrap_err(), &["AUTO_INCREMENT", "int_permute"]);
}

/// mydumper #1788: a mask landed one column to the right after a generated column.
#[test]
fn mydumper_1788_generated_columns_are_computed_anew_and_never_ruled() {
    let mut table = applicant();
    table.columns.insert(1, Column { generated: true, ..varchar("email_lower", 255) });
    let policy = policy("columns:\n  - { match: applicant.email, do: empty }\n");
    let p = plan(&policy, &table);
    assert!(matches!(p.columns[1].action, Action::Recompute), "{p:#?}");
    assert!(matches!(p.columns[2].action, Action::Replace(_)));
    assert_eq!(p.columns[2].name, "email");
    let policy = self::policy("columns:\n  - { match: \"*.email*\", do: empty }\n");
    has(&one(&policy, &table), &["applicant.email_lower", "computes", "do: keep"]);
    // Nothing is replaced, so the dump's value is right; and it needs no rule.
    let policy =
        strict("columns:\n  - { match: \"applicant.{email,sin,phone,country,notes}\", do: keep, because: x }\n");
    assert!(matches!(plan(&policy, &table).columns[1].action, Action::Keep));
}

#[test]
fn a_subject_is_a_column_that_is_there() {
    let policy = policy("columns:\n  - { match: applicant.notes, do: first_name, subject: idd }\n");
    has(&one(&policy, &applicant()), &["`subject`", "no column `idd`", "did you mean `id`?"]);
    let mut generated = applicant();
    generated.columns[5].generated = true;
    let policy = self::policy("columns:\n  - { match: applicant.notes, do: first_name, subject: country }\n");
    has(&one(&policy, &generated), &["computes `country`"]);
}

#[test]
fn conditions_subjects_and_parts_of_templates_name_columns_that_are_there() {
    let policy = policy("columns:\n  - { match: applicant.date_of_birth, do: date_shift, subject: idd }\n");
    has(&one(&policy, &applicant()), &["`subject`", "no column `idd`", "did you mean `id`?"]);
    let policy = self::policy(
        "columns:\n  - { match: applicant.phone, do: mask, when: \"contry = 'CA'\", otherwise: set_null }\n",
    );
    has(&one(&policy, &applicant()), &["columns[0].when", "contry"]);
    let policy = self::policy("tables:\n  - { match: applicant, keep_rows: \"created > 3\" }\n");
    has(&one(&policy, &applicant()), &["tables[0].keep_rows", "created"]);
    let policy =
        self::policy("columns:\n  - { match: applicant.notes, do: template, template: \"{column:contry}\" }\n");
    has(&one(&policy, &applicant()), &["contry"]);
    let mut generated = applicant();
    generated.columns[5].generated = true;
    let policy = self::policy(
        "columns:\n  - { match: applicant.phone, do: mask, when: \"country = 'CA'\", otherwise: set_null }\n",
    );
    has(&one(&policy, &generated), &["computes `country`"]);
}

/// The worked example of docs/rules.md, against tables as it speaks of them.
#[test]
fn the_example_is_a_policy() {
    let rules = Rules::parse(include_bytes!("example.yaml")).unwrap();
    let policy = Policy::new(rules, Some(MasterKey::from_bytes(KEY.as_bytes()).unwrap())).unwrap();
    let mut main = applicant();
    main.unique_keys.extend([vec![(1, None)], vec![(2, None)]]);
    main.columns.push(varchar("contact_email", 100));
    let p = plan(&policy, &main);
    assert_eq!(apply(&p, 1, "a@b.ca"), apply(&p, 7, "A@b.ca "));
    let applications = table(
        "applications",
        vec![
            int("id"),
            varchar("status", 20),
            typed("created_at", Class::Temporal, "DATETIME"),
            typed("payload", Class::Json, "JSON"),
        ],
    );
    assert!(matches!(plan(&policy, &applications).rows, Rows::Where(_)));
    for name in ["cognito_users", "audit_log", "tmp_1"] {
        assert!(matches!(plan(&policy, &table(name, vec![Column::text("x")])).rows, Rows::Drop));
    }
    assert_eq!(policy.finish(), Ok(()));
}

#[test]
fn a_rule_with_all_its_keys_is_planned() {
    let policy = policy(
        "domains: { phone: { normalise: [digits] } }
columns:
  - match: applicant.phone
    do: phone
    domain: phone
    when: \"country = 'CA'\"
    otherwise: { do: mask, on_invalid: set_null }
    on_invalid: { do: redact }
    because: contact data
",
    );
    let p = plan(&policy, &applicant());
    let Action::Replace(replace) = &p.columns[3].action else { panic!("{p:#?}") };
    assert!(
        matches!(&replace.when, Some((_, Otherwise::Replace(other))) if matches!(other.on_invalid, OnInvalid::SetNull))
    );
    assert!(matches!(replace.on_invalid, OnInvalid::Replace(_)));
    let Origin::Rule { index: 0, transformer: "phone", because: Some(because) } = &p.columns[3].origin else {
        panic!("{:?}", p.columns[3].origin)
    };
    assert_eq!(because, "contact data");
    // The domain counts digits only; the collation alone, letters of either case.
    assert_eq!(apply(&p, 3, "416 555 0000"), apply(&p, 3, "416-555-0000").replace('-', " "));
}

/// greenmask #317: a salt was ignored.
#[test]
fn greenmask_317_the_key_and_the_domain_decide() {
    let other = KEY.replace('4', "7");
    let rules = "default: { text: keep, new_table: keep }
domains: { d: {}, e: {} }
columns:
  - { match: \"{a,b}.x\", do: token, domain: d }
  - { match: c.x, do: token, domain: e }
  - { match: \"{f,g}.x\", do: token }
";
    let out = |key: &str, name: &str| {
        let policy = with_key(rules, key).unwrap();
        apply(&plan(&policy, &table(name, vec![varchar("x", 64)])), 0, "alice")
    };
    assert_eq!(out(KEY, "a"), out(KEY, "b"));
    assert_ne!(out(KEY, "a"), out(&other, "a"));
    assert_ne!(out(KEY, "a"), out(KEY, "c"));
    // Without a domain, every column has its own.
    assert_ne!(out(KEY, "f"), out(KEY, "g"));
    assert_eq!(out(KEY, "f"), out(KEY, "F"));
}

#[test]
fn a_keyed_transformer_without_a_key_is_refused() {
    let text =
        "version: 1\ndefault: { new_table: keep, text: keep }\ncolumns:\n  - { match: applicant.email, do: email }\n";
    let policy = Policy::new(Rules::parse(text.as_bytes()).unwrap(), None).unwrap();
    has(&one(&policy, &applicant()), &["applicant.email", "key"]);
    // And a key that is named but not given.
    let rules = Rules::parse(HEAD.as_bytes()).unwrap();
    has(&said(&Policy::new(rules, None).unwrap_err()[0]), &["none was given"]);
}

/// Rows whose table the dump doesn't define: only names are known.
#[test]
fn rows_without_a_definition_are_ruled_by_name() {
    let rows = Table { defined: false, ..table("applicant", vec![Column::text("email"), Column::text("x")]) };
    let policy = strict(
        "columns:\n  - { match: \"applicant.{email,sin}\", do: empty }\n  - { match: \"type:longtext\", do: mask, optional: true }\n",
    );
    let text = one(&policy, &rows);
    has(&text, &["`x`"]);
    let policy = strict("default: { text: keep }\ncolumns:\n  - { match: \"applicant.{email,sin}\", do: empty }\n");
    let p = plan(&policy, &rows);
    assert!(matches!(p.columns[0].action, Action::Replace(_)));
    has(&said(&policy.finish().unwrap_err()[0]), &["`applicant.sin` matches no column"]);
}

#[test]
fn assertions_are_resolved_and_must_be_possible() {
    let policy = policy(
        "tables:
  - { match: applicant_log, do: truncate }
columns:
  - { match: applicant.sin, do: mask }
assert:
  - { no_survivors: [applicant.sin] }
  - { unique: applicant.id }
  - { rows: applicant_log, equals: 0 }
",
    );
    let p = plan(&policy, &applicant());
    let found: Vec<_> = p.assertions.iter().map(|a| (a.index, a.kind, a.column)).collect();
    assert_eq!(found, [(0, AssertionKind::NoSurvivors, Some(2)), (1, AssertionKind::Unique, Some(0))]);
    let log = plan(&policy, &table("applicant_log", vec![]));
    assert_eq!(log.assertions[0].kind, AssertionKind::Rows { equals: 0 });
    assert_eq!(policy.finish(), Ok(()));
    let kept = self::policy("assert:\n  - { no_survivors: applicant.sin }\n");
    has(&one(&kept, &applicant()), &["assert[0]", "are kept"]);
}

#[test]
fn names_that_suggest_personal_data_need_a_rule() {
    let mut table = applicant();
    table.columns.truncate(2);
    let policy = policy("detect: { sample_rows: 7 }\n");
    has(&one(&policy, &table), &["applicant.email", "suggests personal data"]);
    let policy = self::policy("detect: { sample_rows: 7, on_hit: report }\n");
    assert_eq!(plan(&policy, &table).sample_rows, 7);
    assert_eq!(policy.notes().len(), 1);
    let policy = self::policy("detect: { names: \"off\" }\n");
    assert_eq!(plan(&policy, &table).sample_rows, 20_000);
    let policy = self::policy("detect: {}\ncolumns:\n  - { match: applicant.email, do: keep, because: test }\n");
    plan(&policy, &table);
}

#[test]
fn a_domain_that_disregards_more_than_a_unique_key_does_is_noted() {
    let mut table = applicant();
    table.unique_keys.push(vec![(1, None)]);
    let rules = |steps: &str| {
        format!(
            "domains: {{ d: {{ normalise: {steps} }} }}\ncolumns:\n  - {{ match: \"*.email\", do: email, domain: d }}\n"
        )
    };
    let policy = self::policy(&rules("[collation, trim]"));
    plan(&policy, &table);
    has(&said(&policy.notes()[0]), &["applicant.email", "`d`", "unique"]);
    let policy = self::policy(&rules("[collation]"));
    plan(&policy, &table);
    assert_eq!(policy.notes(), []);
}

/// None of the others does this: `Alice@x` is `alice@x` to the server, so joins and unique keys depend on it.
#[test]
fn values_that_the_collation_takes_for_equal_stay_equal() {
    let with = |collation: &str, rule: &str| {
        let policy = self::policy(&format!(
            "domains: {{ d: {{ normalise: [collation, trim] }} }}\ncolumns:\n  - {{ match: t.x, {rule} }}\n"
        ));
        let column = Column { collation: Some(collation.to_owned()), ..varchar("x", 255) };
        (plan(&policy, &table("t", vec![column])), policy.notes().len())
    };
    let (ci, _) = with("utf8mb4_0900_ai_ci", "do: email");
    assert_eq!(apply(&ci, 0, "\u{c9}lise@x.ca"), apply(&ci, 0, "elise@X.ca"));
    assert_ne!(apply(&ci, 0, "elise@x.ca "), apply(&ci, 0, "elise@x.ca"));
    let (bin, _) = with("utf8mb4_bin", "do: email");
    assert_ne!(apply(&bin, 0, "Elise@x.ca"), apply(&bin, 0, "elise@x.ca"));
    let (domain, _) = with("utf8mb4_0900_ai_ci", "do: email, domain: d");
    assert_eq!(apply(&domain, 0, " Elise@x.ca"), apply(&domain, 0, "elise@x.ca"));
    // The unknown is told; and the domain isn't in use here.
    assert_eq!(with("utf8mb4_klingon_ci", "do: email").1, 2);
}

#[test]
fn columns_of_one_name_in_different_domains_are_noted() {
    let policy = policy("columns:\n  - { match: \"*.email\", do: email }\n");
    plan(&policy, &table("a", vec![varchar("email", 255)]));
    assert_eq!(policy.notes(), []);
    plan(&policy, &table("b", vec![varchar("email", 255)]));
    let notes = policy.notes();
    assert_eq!(notes.len(), 1, "{notes:#?}");
    has(&said(&notes[0]), &["`a.email` has its own", "`b.email` has its own", "same `domain`"]);
    let policy = self::policy(
        "domains: { email: {}, other: {} }\ncolumns:\n  - { match: \"*.email\", do: email, domain: email }\n",
    );
    plan(&policy, &table("a", vec![varchar("email", 255)]));
    let binary = Column { collation: Some("utf8mb4_bin".to_owned()), ..varchar("email", 255) };
    plan(&policy, &table("b", vec![binary]));
    let notes: Vec<String> = policy.notes().iter().map(said).collect();
    assert_eq!(notes.len(), 2, "{notes:#?}");
    has(&notes[0], &["differ in collation", "`b.email` utf8mb4_bin"]);
    has(&notes[1], &["no rule uses the domain `other`"]);
}

#[test]
fn a_plan_is_made_once_and_by_any_thread() {
    let policy = Arc::new(policy("columns:\n  - { match: applicant.email, do: empty }\n"));
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let policy = Arc::clone(&policy);
            std::thread::spawn(move || policy.table(&applicant()).unwrap())
        })
        .collect();
    let plans: Vec<_> = threads.into_iter().map(|t| t.join().unwrap()).collect();
    assert!(plans.iter().all(|p| Arc::ptr_eq(p, &plans[0])));
    let mut changed = applicant();
    changed.columns.pop();
    assert!(!Arc::ptr_eq(&plan(&policy, &changed), &plans[0]));
}
