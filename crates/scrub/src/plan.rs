//! What is to be done with a table's rows: the result of looking at its definition with the rules.

use crate::expression::Predicate;
use crate::normal::Normaliser;
use crate::rules::AssertionKind;
use crate::transform::Transform;
use std::sync::Arc;

/// What is to be done with one table.
#[derive(Debug, Clone)]
pub struct TablePlan {
    /// What becomes of its rows.
    pub rows: Rows,
    /// Whether its definition is left out as well: only with [`Rows::Drop`].
    pub drop_definition: bool,
    /// One per column of the table.
    pub columns: Vec<ColumnPlan>,
    /// Its first rows are looked at for personal data in columns that are kept: how many.
    pub sample_rows: u64,
    /// What the rules assert of it and its columns.
    pub assertions: Vec<Asserted>,
}

/// What an assertion of the rules file says about this table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asserted {
    /// Its position in [`crate::policy::Policy::assertions`].
    pub index: usize,
    /// What it says.
    pub kind: AssertionKind,
    /// The column that it is about; `None`: the table.
    pub column: Option<usize>,
}

impl TablePlan {
    /// Whether every byte of its rows stays as it is.
    pub fn keeps_rows(&self) -> bool {
        matches!(self.rows, Rows::Keep) && self.columns.iter().all(|c| matches!(c.action, Action::Keep))
    }
}

/// What becomes of a table's rows.
#[derive(Debug, Clone)]
pub enum Rows {
    /// They stay, with their columns replaced as the plan says.
    Keep,
    /// Those stay for which this is true, judged by the values before they are replaced.
    Where(Arc<Predicate>),
    /// None stays.
    Drop,
}

/// What is to be done with one column.
#[derive(Debug, Clone)]
pub struct ColumnPlan {
    /// The column's name.
    pub name: String,
    /// What is done.
    pub action: Action,
    /// Where that comes from.
    pub origin: Origin,
}

/// What is done with a column's values.
#[derive(Debug, Clone)]
pub enum Action {
    /// They stay, byte for byte.
    Keep,
    /// They are computed by the server from columns that are replaced: `DEFAULT` stands in their place.
    Recompute,
    /// They are replaced.
    Replace(Arc<Replace>),
}

/// How values are replaced.
#[derive(Debug)]
pub struct Replace {
    /// When this applies: if it isn't true, `otherwise` does.
    pub when: Option<(Predicate, Otherwise)>,
    /// What replaces a value.
    pub transform: Box<dyn Transform>,
    /// What values are compared by. `None`: by themselves.
    pub normal: Normaliser,
    /// The column whose value decides in place of the column's own, and how that is compared.
    pub subject: Option<(usize, Normaliser)>,
    /// Columns besides the subject that the transformer looks at.
    pub needs: Vec<usize>,
    /// What becomes of a value that the transformer refuses.
    pub on_invalid: OnInvalid,
    /// NULL is given to the transformer as an empty value, rather than kept.
    pub replace_null: bool,
}

/// What is done where a rule's condition isn't true.
#[derive(Debug, Clone)]
pub enum Otherwise {
    /// The value stays.
    Keep,
    /// It is replaced in another way.
    Replace(Arc<Replace>),
}

/// What becomes of a value that a transformer refuses.
#[derive(Debug, Clone)]
pub enum OnInvalid {
    /// The run ends.
    Fail,
    /// NULL takes its place.
    SetNull,
    /// This takes its place.
    Replace(Arc<Replace>),
}

/// Where a column's plan comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A rule: its position in the file's `columns`, from 0; the name of the transformer; the reason that it gives.
    Rule {
        /// Position, from 0.
        index: usize,
        /// The transformer's name.
        transformer: &'static str,
        /// `because`.
        because: Option<String>,
    },
    /// The default for its class.
    Default,
    /// The table's rows are left out, so its columns need no rule.
    TableDropped {
        /// One that doesn't keep the values is there all the same.
        ruled: bool,
    },
}
