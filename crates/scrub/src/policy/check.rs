//! Whether a column can hold what a transformer gives, and whether what is unique stays so.

use super::Look;
use crate::charset::Charset;
use crate::names::{Confidence, suggest};
use crate::plan::{Action, ColumnPlan, OnInvalid, Origin, Otherwise, Replace};
use crate::problem::{Place, Problem, listed};
use crate::rules::InvalidRule;
use crate::table::{Class, Column, SPATIAL};
use crate::transform::spec::TransformSpec as T;
use crate::transform::{Mapping, Properties};

/// Whether a column's name says that there is personal data in it.
pub(super) fn suspicious(name: &str) -> bool {
    suggest(name).is_some_and(|(_, confidence)| confidence >= Confidence::Likely)
}

/// The classes that a transformer's output can stand in.
fn classes(spec: &T) -> &'static [Class] {
    use Class::{Binary, Json, Label, Number, Temporal, Text};
    match spec {
        T::Keep { .. } | T::SetNull {} | T::Constant { .. } | T::Redact { .. } => {
            &[Text, Json, Binary, Label, Number, Temporal]
        }
        T::Pick { .. } => &[Text, Label, Number, Temporal],
        T::Empty {} => &[Text, Binary],
        T::Token { .. } | T::HmacHex { .. } | T::Uuid { .. } | T::Mac { .. } | T::PasswordHash {} => &[Text, Binary],
        T::Mask { .. } | T::TruncateText { .. } | T::RegexReplace { .. } | T::RedactText { .. } => &[Text],
        T::Email { .. } | T::Username { .. } | T::Url { .. } | T::Iban {} | T::PostalCode { .. } => &[Text],
        T::FirstName { .. } | T::LastName { .. } | T::FullName { .. } | T::Company { .. } => &[Text],
        T::Street { .. } | T::City { .. } | T::Province { .. } | T::Address { .. } | T::Template { .. } => &[Text],
        T::Fpe { .. } => &[Text],
        T::IntPermute { .. } | T::Sin { .. } | T::Phone { .. } | T::Card { .. } | T::Geo { .. } => &[Text, Number],
        T::Noise { .. } => &[Number, Text],
        T::Ip { .. } => &[Text, Number, Binary],
        T::DateShift { .. } | T::DateTruncate { .. } => &[Temporal, Text],
        T::AgeBand { .. } | T::Custom { .. } => &[Text, Number, Temporal],
        T::Json { .. } => &[Json, Text],
        T::PhpSerialized { .. } => &[Text, Binary],
    }
}

fn class_name(class: Class) -> &'static str {
    match class {
        Class::Text => "text",
        Class::Json => "JSON",
        Class::Binary => "binary",
        Class::Label => "ENUM and SET",
        Class::Number => "number",
        Class::Temporal => "date and time",
    }
}

/// Why a transformer isn't for a type whose values have a form that the server checks.
fn unfit_form(spec: &T, column: &Column) -> Option<Problem> {
    if matches!(spec, T::Keep { .. } | T::SetNull {} | T::Constant { .. } | T::Pick { .. } | T::Custom { .. }) {
        return None;
    }
    let (fits, hint) = match column.type_name.as_str() {
        "UUID" => (
            matches!(spec, T::Uuid { .. } | T::HmacHex { length: 32 } | T::Fpe { .. }),
            "use `uuid`, `set_null`, or `constant` with a UUID",
        ),
        "INET4" | "INET6" => (matches!(spec, T::Ip { .. }), "use `ip`, `set_null`, or `constant` with an address"),
        name if SPATIAL.contains(&name) => (false, "use `set_null`, or `constant` with a geometry"),
        _ => return None,
    };
    let what = || Problem::new(format!("`{}` gives nothing that {} can hold", spec.name(), column.type_name));
    (!fits).then(|| what().hint(hint))
}

/// Why a transformer isn't for a column of this type.
pub(super) fn unfit(spec: &T, column: &Column) -> Option<Problem> {
    if let Some(problem) = unfit_form(spec, column) {
        return Some(problem);
    }
    let known = classes(spec);
    if !known.contains(&column.class) {
        let names: Vec<&str> = known.iter().map(|c| class_name(*c)).collect();
        let message =
            format!("`{}` is for {} columns, and this is {}", spec.name(), names.join(", "), column.type_name);
        let hint = match column.class {
            Class::Label => "use `set_null`, `constant` with one of the labels, `pick`, or `keep`",
            Class::Json => "use `json` with rules for its paths, `set_null`, or `redact`",
            Class::Number => "use `int_permute`, `noise`, `set_null`, or `redact`",
            Class::Temporal => "use `date_shift`, `date_truncate`, `set_null`, or `redact`",
            Class::Binary => "use `set_null`, `empty`, or `redact`",
            Class::Text => "use `token`, `set_null`, or `redact`",
        };
        return Some(Problem::new(message).hint(hint));
    }
    let integers = column.class == Class::Number && column.range.is_none();
    match spec {
        T::IntPermute { .. } if integers => Some(
            Problem::new(format!("`int_permute` is for integers, and this is {}", column.type_name))
                .hint("use `noise`"),
        ),
        T::DateShift { .. } | T::DateTruncate { .. } | T::AgeBand { .. } if column.type_name == "TIME" => {
            let message = format!("`{}` is for dates, and this is TIME", spec.name());
            Some(Problem::new(message).hint("use `set_null`, or `redact`"))
        }
        _ if column.auto_increment && !matches!(spec, T::Keep { .. } | T::IntPermute { .. }) => Some(
            Problem::new(format!(
                "the server counts this column (AUTO_INCREMENT), and `{}` gives no such numbers",
                spec.name()
            ))
            .hint("use `int_permute`, with the same `domain` for every column that refers to it, or `keep`"),
        ),
        T::Pick { values, .. } if column.class == Class::Label => {
            let set = column.type_name == "SET";
            let unknown = values.iter().any(|v| !is_label(&v.text(), &column.labels, set));
            unknown.then(|| {
                Problem::new("`pick` has values that the column's definition lacks")
                    .hint("pick from the column's labels")
            })
        }
        _ => None,
    }
}

fn is_label(value: &str, labels: &[String], set: bool) -> bool {
    let known = |one: &str| labels.iter().any(|label| label == one);
    known(value) || (set && (value.is_empty() || value.split(',').all(known)))
}

/// What of a transformer's output a column can't hold.
pub(super) fn output(spec: &T, properties: Properties, column: &Column) -> Vec<Problem> {
    let mut problems = Vec::new();
    let name = spec.name();
    if properties.nulls && !column.nullable {
        let problem = Problem::new(format!("`{name}` gives NULL, and the column is NOT NULL"));
        problems.push(problem.hint("use `redact`, `empty` or `constant`"));
    }
    let textual = matches!(column.class, Class::Text | Class::Binary | Class::Json);
    if let Some(most) = properties.max_chars.filter(|_| textual) {
        let width = width(column.charset.as_deref(), properties.ascii);
        let limit = match (column.max_chars, column.max_bytes) {
            (Some(chars), _) if most > chars => Some(format!("{chars} characters")),
            (_, Some(bytes)) if most.saturating_mul(width) > bytes => Some(format!("{bytes} bytes")),
            _ => None,
        };
        if let Some(limit) = limit {
            let message = format!("`{name}` gives up to {most} characters, and the column holds {limit}");
            problems.push(Problem::new(message).hint(shorter(spec)));
        }
    }
    if column.class == Class::Text
        && !properties.ascii
        && let Some(charset) = column.charset.as_deref()
        && !holds(charset, &made_up(spec))
    {
        let message = format!("`{name}` may give characters that {charset} lacks");
        let hint = match made_up(spec) {
            MadeUp::Names => "set `ascii: true`, which leaves accents out",
            _ => "use ASCII only in the rule's options",
        };
        problems.push(Problem::new(message).hint(hint));
    }
    problems
}

/// Most bytes of a character.
fn width(charset: Option<&str>, ascii: bool) -> u64 {
    match (charset.unwrap_or("binary"), ascii) {
        ("utf32", _) => 4,
        ("ucs2", _) => 2,
        ("utf16" | "utf16le", true) => 2,
        (_, true) => 1,
        ("utf8mb4" | "utf16" | "utf16le" | "gb18030", false) => 4,
        ("utf8" | "utf8mb3" | "eucjpms" | "ujis", false) => 3,
        ("big5" | "gbk" | "gb2312" | "sjis" | "cp932" | "euckr", false) => 2,
        _ => 1,
    }
}

/// Where characters beyond ASCII come from.
enum MadeUp {
    /// From the value, so the column can hold them.
    Value,
    /// From lists of names: letters of French.
    Names,
    /// From the rule.
    Options(String),
}

fn made_up(spec: &T) -> MadeUp {
    match spec {
        T::Constant { value } => MadeUp::Options(value.text()),
        T::Redact { with } => MadeUp::Options(with.clone().unwrap_or_default()),
        T::Mask { with, .. } => MadeUp::Options(with.to_string()),
        T::RegexReplace { with, .. } => MadeUp::Options(with.clone()),
        T::Token { prefix, .. } => MadeUp::Options(prefix.clone()),
        T::Email { host, .. } | T::Url { host } => MadeUp::Options(host.clone()),
        T::Pick { values, .. } => MadeUp::Options(values.iter().map(crate::transform::spec::Scalar::text).collect()),
        T::Fpe { alphabet, .. } => MadeUp::Options(alphabet.clone()),
        T::FirstName { .. }
        | T::LastName { .. }
        | T::FullName { .. }
        | T::Company { .. }
        | T::Street { .. }
        | T::City { .. }
        | T::Province { .. }
        | T::Address { .. }
        | T::Template { .. } => MadeUp::Names,
        _ => MadeUp::Value,
    }
}

/// The letters beyond ASCII that French names are written with.
const FRENCH: &str = "ÀÂÄÇÉÈÊËÎÏÔÖÙÛÜàâäçéèêëîïôöùûü";

/// Whether a character set has these characters. Where that isn't known, it hasn't.
fn holds(charset: &str, made_up: &MadeUp) -> bool {
    let text = match made_up {
        MadeUp::Value => return true,
        MadeUp::Names => FRENCH,
        MadeUp::Options(text) => text,
    };
    match charset {
        "utf8mb4" | "utf16" | "utf16le" | "utf32" | "binary" => true,
        "utf8" | "utf8mb3" | "ucs2" => text.chars().all(|c| c <= '\u{ffff}'),
        _ => Charset::from_mysql(charset).map_or(text.is_ascii(), |set| set.encode(text).is_some()),
    }
}

/// What to do about an output that is too long.
fn shorter(spec: &T) -> &'static str {
    match spec {
        T::Token { .. } | T::HmacHex { .. } | T::Username { .. } => "lower `length`, or use `redact`",
        T::Email { .. } => "lower `length`, choose a shorter `host`, or use `redact`",
        T::Constant { .. } => "choose a shorter `value`",
        _ => "use `redact`, which is cut to the column's length, or `set_null`",
    }
}

/// What to do about a transformer that gives the same for different values.
fn injective(spec: &T) -> &'static str {
    match spec {
        T::Sin { .. } => "set `range: any`, which is injective (such a number may exist), or use `token`",
        T::Phone { .. } => "set `range: any`, which is injective (such a number may exist), or use `token`",
        T::Card { .. } => "set `range: keep_iin`, which is injective (such a number may exist), or use `token`",
        T::Ip { .. } => "set `range: any`, which is injective (such an address may exist), or use `token`",
        T::Email { .. } | T::Username { .. } => "set `length: 20` or more",
        T::Token { .. } => "set `length: 20` or more with `alphabet: base32`",
        T::HmacHex { .. } => "set `length: 24` or more",
        _ => "use an injective transformer: `token`, `uuid`, `fpe`, `int_permute`, `email`",
    }
}

/// Why a rule isn't for a domain whose values are to stay different.
pub(super) fn not_unique(
    domain: &str,
    spec: &T,
    properties: Properties,
    subject: bool,
    on_invalid: &InvalidRule,
) -> Option<Problem> {
    let problem = if properties.mapping != Mapping::Injective {
        let message =
            format!("`{}` may give the same for different values, and the domain `{domain}` is `unique`", spec.name());
        Problem::new(message).hint(injective(spec))
    } else if subject {
        Problem::new(format!(
            "with a `subject`, different values may become the same, and the domain `{domain}` is `unique`"
        ))
        .hint("leave `subject` out")
    } else if matches!(on_invalid, InvalidRule::Replace(_)) {
        Problem::new(format!(
            "what `on_invalid` gives may be another value's replacement, and the domain `{domain}` is `unique`"
        ))
        .hint("use `on_invalid: fail` or `set_null`")
    } else {
        return None;
    };
    Some(problem)
}

/// Why values that differ may become the same.
struct Collision {
    why: String,
    hint: &'static str,
}

impl Look<'_> {
    /// Refuses what may break a UNIQUE or PRIMARY KEY.
    pub(super) fn check_unique(&mut self, plans: &[ColumnPlan]) {
        let table = self.table;
        let mut problems = Vec::new();
        for key in &table.unique_keys {
            let collisions: Vec<(usize, Collision)> =
                key.iter().filter_map(|(at, prefix)| Some((*at, self.collision(plans, *at, *prefix)?))).collect();
            // A key within this one, of columns whose values stay different and are never NULL, keeps it unique.
            let within = table.unique_keys.iter().any(|other| {
                other.iter().all(|(at, prefix)| {
                    prefix.is_none()
                        && key.iter().any(|(of, _)| of == at)
                        && table.columns.get(*at).is_some_and(|c| !c.nullable && !c.generated)
                        && self.collision(plans, *at, None).is_none()
                })
            });
            if within {
                continue;
            }
            let names: Vec<&str> =
                key.iter().filter_map(|(at, _)| table.columns.get(*at)).map(|c| c.name.as_str()).collect();
            for (at, collision) in collisions {
                let Some(plan) = plans.get(at) else { continue };
                let message = format!("it is part of the unique key ({}), and {}", listed(&names), collision.why);
                let problem = Problem::new(message).hint(collision.hint);
                problems.push((plan.name.clone(), self.place(plan), problem));
            }
            let generated =
                key.iter().filter_map(|(at, _)| plans.get(*at)).find(|p| matches!(p.action, Action::Recompute));
            if let Some(plan) = generated {
                let note = Problem::new(format!(
                    "the server computes it, and it is part of the unique key ({})",
                    listed(&names)
                ))
                .hint("whether it stays unique shows when the dump is restored");
                self.state.notes.insert(note.on(self.name.clone(), Some(&plan.name)));
            }
        }
        for (column, place, problem) in problems {
            let problem = match place {
                Some(place) => problem.at(&place),
                None => problem,
            };
            if !self.problems.iter().any(|p| p.column.as_deref() == Some(&column) && p.message == problem.message) {
                self.problem(problem, Some(&column));
            }
        }
    }

    fn place(&self, plan: &ColumnPlan) -> Option<Place> {
        match plan.origin {
            Origin::Rule { index, .. } => Some(self.policy.rules.columns.get(index)?.place.clone()),
            _ => None,
        }
    }

    /// Why values of a column that differ may become the same. NULL is never the same as anything.
    fn collision(&self, plans: &[ColumnPlan], at: usize, prefix: Option<u32>) -> Option<Collision> {
        let Some(Action::Replace(replace)) = plans.get(at).map(|p| &p.action) else { return None };
        let column = self.table.columns.get(at)?;
        let spec = self.spec(plans.get(at)?);
        let name = spec.map_or("its default", T::name);
        let collision = |why: String, hint: &'static str| Some(Collision { why, hint });
        if let Some((_, otherwise)) = &replace.when
            && !matches!(otherwise, Otherwise::Replace(other) if only_null(other))
        {
            return collision(
                "what `when` leaves to `otherwise` may be another value's replacement".to_owned(),
                "use `otherwise: set_null`, or rule every value the same way",
            );
        }
        if matches!(replace.on_invalid, OnInvalid::Replace(_)) {
            return collision(
                "what `on_invalid` gives may be another value's replacement".to_owned(),
                "use `on_invalid: fail` or `set_null`",
            );
        }
        if replace.replace_null && column.nullable {
            return collision("every NULL gets the same replacement".to_owned(), "leave `null: replace` out");
        }
        if only_null(replace) {
            return None;
        }
        let properties = replace.transform.properties();
        if properties.mapping != Mapping::Injective {
            return collision(
                format!("`{name}` may give the same for different values"),
                spec.map_or("add a rule with an injective transformer, such as `token`", injective),
            );
        }
        if let Some((subject, _)) = &replace.subject
            && !self.identifies(plans, *subject)
        {
            return collision(
                "with a `subject`, different values may become the same".to_owned(),
                "leave `subject` out, or name a column that is unique and NOT NULL",
            );
        }
        match prefix {
            Some(chars) if properties.max_chars.is_none_or(|most| most > u64::from(chars)) => collision(
                format!("only its first {chars} characters count there, which `{name}` doesn't keep different"),
                "use a transformer whose output is no longer than that, or keep the column",
            ),
            _ => None,
        }
    }

    /// Whether a column alone tells rows apart.
    fn identifies(&self, _: &[ColumnPlan], at: usize) -> bool {
        let not_null = self.table.columns.get(at).is_some_and(|c| !c.nullable);
        not_null && self.table.unique_keys.iter().any(|key| matches!(key.as_slice(), [(of, None)] if *of == at))
    }

    fn spec(&self, plan: &ColumnPlan) -> Option<&T> {
        match plan.origin {
            Origin::Rule { index, .. } => Some(&self.policy.rules.columns.get(index)?.replacement.spec),
            _ => None,
        }
    }
}

/// Whether NULL is all that it gives.
fn only_null(replace: &Replace) -> bool {
    let properties = replace.transform.properties();
    properties.nulls && properties.max_chars == Some(0) && replace.when.is_none()
}
