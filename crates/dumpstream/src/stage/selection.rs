//! Which of the dump's databases are read on, where some are named: theirs is what stands in them, whether by USE or by a
//! name of its own. What belongs to no database (SET, the end of a transaction, users) is everyone's.

use crate::calls;
use crate::relations;
use crate::stage::cut::{homes, is_no_statement, qualifiers};
use sqldump::Name;
use sqldump::session::Session;
use sqldump::statement::{ForbiddenKind, Statement};
use sqldump::version::ServerVersion;
use std::collections::BTreeSet;

/// The databases that were named, and where the dump is.
#[derive(Debug, Clone)]
pub(crate) struct Selection {
    wanted: Vec<Wanted>,
    others: BTreeSet<Name>,
    /// As the dump calls it.
    current: Option<Name>,
}

#[derive(Debug, Clone)]
struct Wanted {
    name: Name,
    found: bool,
}

/// Why a statement can neither be left out nor kept.
pub(crate) type Unclear = &'static str;

impl Selection {
    /// None if all databases are wanted, which is what an empty list means.
    pub(crate) fn new(databases: &[Name]) -> Option<Self> {
        let wanted = |name: &Name| Wanted { name: name.clone(), found: false };
        let wanted: Vec<_> = databases.iter().map(wanted).collect();
        (!wanted.is_empty()).then_some(Self { wanted, others: BTreeSet::new(), current: None })
    }

    /// Another file begins, on a connection of its own.
    pub(crate) fn begin_file(&mut self) {
        self.current = None;
    }

    /// The current database, as the dump calls it.
    pub(crate) fn current(&self) -> Option<&Name> {
        self.current.as_ref()
    }

    /// Whether what goes into `database`, or into the current one, is left out. What has none isn't in one that is wanted.
    pub(crate) fn leaves_out_of(&mut self, database: Option<&Name>, session: &Session) -> bool {
        match database.cloned().or_else(|| self.current.clone()) {
            Some(name) => !self.is_wanted(&name, session),
            None => true,
        }
    }

    /// Whether a statement is left out. Follows USE.
    pub(crate) fn leaves_out(
        &mut self,
        kind: &Statement,
        text: &[u8],
        session: &Session,
        target: Option<ServerVersion>,
    ) -> Result<bool, Unclear> {
        let mode = session.lex_mode();
        let outside = self.current.clone().is_some_and(|current| !self.is_wanted(&current, session));
        let named = |text: &[u8]| qualifiers(text, mode, target);
        let mut homes = match kind {
            Statement::Empty
            | Statement::Begin
            | Statement::Commit
            | Statement::Rollback
            | Statement::LockTables
            | Statement::UnlockTables
            | Statement::Several { .. }
            | Statement::Unclosed => return Ok(false),
            Statement::Use(name) => {
                self.current = Some(name.clone());
                return Ok(!self.is_wanted(name, session));
            }
            Statement::Set => {
                let reads = outside && calls::names(text, mode, &[b"SELECT"]);
                return match reads
                    && !named(text).iter().any(|n| n.as_bytes().eq_ignore_ascii_case(b"information_schema"))
                {
                    true => Err("what it sets is read from a database that is left out, and may be used for another"),
                    false => Ok(false),
                };
            }
            Statement::Other { first_word } if is_no_statement(first_word) => return Ok(false),
            Statement::Forbidden(ForbiddenKind::Grant) => {
                return Ok(outside && !named(text).iter().any(|n| self.names(n, session)));
            }
            Statement::Forbidden(kind) if is_of_the_server(*kind) => return Ok(false),
            Statement::AlterTable { touches, .. } if calls::names(text, mode, &[b"RENAME", b"EXCHANGE"]) => {
                homes(kind).into_iter().chain(touches.iter().map(|table| table.database.clone())).collect()
            }
            Statement::Update | Statement::Delete => relations::touched(text, session)
                .map(|tables| tables.into_iter().map(|table| table.database).collect())
                .unwrap_or_default(),
            kind => homes(kind),
        };
        if homes.is_empty() {
            // It may be about any table that it names; what is prepared stands in quotes.
            let bare = |b: &u8| if matches!(b, b'\'' | b'"') { b' ' } else { *b };
            let names = match kind {
                Statement::Prepare => named(&text.iter().map(bare).collect::<Vec<_>>()),
                _ => named(text),
            };
            homes = names.into_iter().filter(|n| self.is_known(n, session)).map(Some).collect();
            if self.current.is_some() {
                homes.push(None);
            }
        }
        match homes.iter().filter(|home| self.leaves_out_of(home.as_ref(), session)).count() {
            0 => Ok(false),
            n if n == homes.len() => Ok(true),
            _ => Err("the statement is about a database that is wanted and about one that is left out"),
        }
    }

    fn is_wanted(&mut self, name: &Name, session: &Session) -> bool {
        let folded = session.fold(name);
        let mut is_wanted = false;
        for wanted in self.wanted.iter_mut().filter(|w| session.fold(&w.name) == folded) {
            (wanted.found, is_wanted) = (true, true);
        }
        if !is_wanted {
            self.others.insert(name.clone());
        }
        is_wanted
    }

    /// Whether it was asked for, wherever that name stands.
    fn names(&self, name: &Name, session: &Session) -> bool {
        self.wanted.iter().any(|w| session.fold(&w.name) == session.fold(name))
    }

    fn is_known(&self, name: &Name, session: &Session) -> bool {
        self.names(name, session) || self.others.iter().any(|other| session.fold(other) == session.fold(name))
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

/// What is about the server, and about no database of it.
const fn is_of_the_server(kind: ForbiddenKind) -> bool {
    matches!(
        kind,
        ForbiddenKind::SetGlobal
            | ForbiddenKind::Install
            | ForbiddenKind::Server
            | ForbiddenKind::Replication
            | ForbiddenKind::Xa
            | ForbiddenKind::ClientCommand
            | ForbiddenKind::Tablespace
    )
}
