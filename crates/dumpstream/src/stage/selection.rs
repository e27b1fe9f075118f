//! Which of the dump's databases are read on, where some are named: theirs is what stands in them, whether by USE or by a
//! name of its own. What belongs to no database (SET, the end of a transaction, users) is everyone's.

use crate::stage::cut::{homes, qualifiers};
use sqldump::Name;
use sqldump::session::Session;
use sqldump::statement::Statement;
use sqldump::version::ServerVersion;
use std::collections::BTreeSet;

/// The databases that were named, and where the dump is.
#[derive(Debug, Clone)]
pub(crate) struct Selection {
    wanted: Vec<Wanted>,
    /// What names no database goes into one that isn't wanted, or into none.
    outside: bool,
    others: BTreeSet<Name>,
}

#[derive(Debug, Clone)]
struct Wanted {
    name: Name,
    found: bool,
}

/// A statement is about a database that is wanted and about one that isn't.
#[derive(Debug)]
pub(crate) struct Mixed;

impl Selection {
    /// None if all databases are wanted, which is what an empty list means.
    pub(crate) fn new(databases: &[Name]) -> Option<Self> {
        let wanted = |name: &Name| Wanted { name: name.clone(), found: false };
        let wanted: Vec<_> = databases.iter().map(wanted).collect();
        (!wanted.is_empty()).then_some(Self { wanted, outside: true, others: BTreeSet::new() })
    }

    /// Another file begins, on a connection of its own.
    pub(crate) fn begin_file(&mut self) {
        self.outside = true;
    }

    /// Whether what goes into `database`, or into the current one, is left out.
    pub(crate) fn leaves_out_of(&mut self, database: Option<&Name>, session: &Session) -> bool {
        match database {
            Some(name) => !self.is_wanted(name, session),
            None => self.outside,
        }
    }

    /// Whether a statement is left out. Follows USE.
    pub(crate) fn leaves_out(
        &mut self,
        kind: &Statement,
        text: &[u8],
        session: &Session,
        target: Option<ServerVersion>,
    ) -> Result<bool, Mixed> {
        match kind {
            Statement::Empty
            | Statement::Set
            | Statement::Begin
            | Statement::Commit
            | Statement::Rollback
            | Statement::UnlockTables
            | Statement::Several { .. }
            | Statement::Unclosed
            | Statement::Forbidden(_)
            | Statement::Other { .. } => return Ok(false),
            Statement::Use(name) => {
                self.outside = !self.is_wanted(name, session);
                return Ok(self.outside);
            }
            _ => {}
        }
        let mut homes = homes(kind);
        if homes.is_empty() {
            // It may be about any table that it names.
            let names = qualifiers(text, session.lex_mode(), target);
            homes = names.into_iter().filter(|n| self.is_known(n, session)).map(Some).collect();
            homes.push(None);
        }
        match homes.iter().filter(|home| self.leaves_out_of(home.as_ref(), session)).count() {
            0 => Ok(false),
            n if n == homes.len() => Ok(true),
            _ => Err(Mixed),
        }
    }

    fn is_wanted(&mut self, name: &Name, session: &Session) -> bool {
        let folded = session.fold(name);
        let wanted = self.wanted.iter_mut().find(|w| session.fold(&w.name) == folded);
        if let Some(wanted) = wanted {
            wanted.found = true;
            return true;
        }
        self.others.insert(name.clone());
        false
    }

    fn is_known(&self, name: &Name, session: &Session) -> bool {
        let is = |other: &Name| session.fold(other) == session.fold(name);
        self.wanted.iter().any(|w| is(&w.name)) || self.others.iter().any(is)
    }

    /// A database that was named and that the dump doesn't have.
    pub(crate) fn missing(&self) -> Option<&Name> {
        self.wanted.iter().find(|w| !w.found).map(|w| &w.name)
    }

    /// Databases that were left out.
    pub(crate) fn others(&self) -> impl Iterator<Item = &Name> {
        self.others.iter()
    }
}
