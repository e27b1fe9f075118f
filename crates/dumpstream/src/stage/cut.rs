//! Reads the decoded dump, cuts it, follows its session and its tables, and hands on steps in stream order.
//!
//! Runs on a thread of its own. Owns the one buffer in which the dump arrives; a block leaves with the buffer it came
//! in, and only the unfinished bytes behind it are copied. Decides what each name in the dump means on the target
//! ([`Names`]), so that nothing behind it ever sees a name of the dump's own choosing.

use crate::budget::{Budget, Permit, Pool};
use crate::calls;
use crate::digest::{DigestPlan, Target, Uncovered};
use crate::error::{Damage, Error, ErrorKind, Result};
use crate::failpoint;
use crate::observe::{Event, Observer};
use crate::scrubbing::Scrubber;
use crate::scrubbing::rows::RowsPlan;
use crate::scrubbing::statements::{Context, Following, Verdict};
use crate::source::{Got, Source};
use crate::stage::selection::Selection;
use crate::stage::shape::{Block, InsertColumns, LeftOut};
use crate::stage::whole::{self, CutOff, End, Whole};
use crate::step::{At, LoadPlan, StatementStep, TableName};
use crate::stop::Stop;
use crate::target::mysql::Staging;
use sqldump::cut::{Cut, CutConfig, Cutter, Item, ItemKind, RowsItem};
use sqldump::ddl::{self, CreateTable, TypeClass};
use sqldump::encode::{LoadClass, LoadColumn};
use sqldump::head::Head;
use sqldump::header::{self, Header};
use sqldump::lex::{self, TokenKind};
use sqldump::session::{Effect, Session};
use sqldump::statement::{self, ForbiddenKind, ObjectName, Statement};
use sqldump::stderr;
use sqldump::version::ServerVersion;
use sqldump::{Charset, Name};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use tokio::runtime::Handle;

/// Bytes asked of the source at once.
const READ_BYTES: usize = 1 << 20;
/// Statements shorter than this aren't counted against the budget: a fixed number of them is on the way at a time.
const SMALL_STATEMENT_BYTES: usize = 64 << 10;
/// Bytes at the start of the dump in which its producer names itself.
const HEADER_BYTES: usize = 8 << 10;

/// What the stage is told.
pub(crate) struct CutOptions {
    pub(crate) config: CutConfig,
    pub(crate) session: Session,
    /// The server that will read the statements; none for a pass without one.
    pub(crate) target: Option<ServerVersion>,
    /// The database that the target names for the dump's single or unnamed one.
    pub(crate) database: Option<Name>,
    /// The dump's databases that are read on; all if there are none.
    pub(crate) databases: Vec<Name>,
    /// Set when the dump replaces schemas: where each is loaded until then.
    pub(crate) staging: Option<Arc<Staging>>,
    /// Blocks may go as `LOAD DATA`.
    pub(crate) load_data: bool,
    /// The server takes no bytes in a `LOAD DATA` that aren't text in its charset: MySQL does so, MariaDB doesn't.
    pub(crate) hex_bytes: bool,
    /// Rows are added to tables that may be there.
    pub(crate) append: bool,
    /// The engine of a table that names none.
    pub(crate) default_engine: String,
    /// Digests of the rows are asked for.
    pub(crate) digest: Option<Arc<DigestOptions>>,
    /// Kinds of statement let through although they are refused by default.
    pub(crate) allow: BTreeSet<ForbiddenKind>,
    /// Kinds of statement left out.
    pub(crate) skip: BTreeSet<ForbiddenKind>,
    /// The dump is only looked at: no statement is refused for what it would do, and all are handed on.
    pub(crate) read_only: bool,
    /// Rules that replace values on the way.
    pub(crate) scrubber: Option<Arc<Scrubber>>,
    /// The dump's own text is handed on, comments included, rather than statements.
    pub(crate) text: bool,
    /// Nothing is handed on: the rules are held against the dump, and values that may not stand in the output collected.
    pub(crate) collect: bool,
}

/// How digests are to be made.
#[derive(Debug, Default)]
pub(crate) struct DigestOptions {
    /// JSON is a type of its own on the target.
    pub(crate) native_json: bool,
    /// What the target holds may not have been restored from a dump.
    pub(crate) original: bool,
    /// Columns to be left out, and why. If there are any, only their tables are digested.
    pub(crate) excluded: HashMap<TableName, Vec<(Name, Uncovered)>>,
}

/// What is known of the dump at its end.
#[derive(Debug, Default)]
pub(crate) struct Read {
    pub(crate) header: Header,
    pub(crate) encoded: u64,
    pub(crate) decoded: u64,
    pub(crate) sha256: Option<[u8; 32]>,
    /// What another reading of the same stored bytes has in common with this one.
    pub(crate) identity: Option<[u8; 32]>,
    /// Line breaks, in all files.
    pub(crate) lines: u64,
    pub(crate) left_out: Vec<(ForbiddenKind, At)>,
    /// Databases that weren't named, where some were.
    pub(crate) databases_left_out: Vec<Name>,
    /// What is known of the dump's end, and where it is.
    pub(crate) end: (End, At),
    /// Why it isn't whole, where that is accepted.
    pub(crate) cut_off: Option<CutOff>,
    /// A dump within the stream that has no end, where another begins.
    pub(crate) within: Option<CutOff>,
    /// When the producer was done, as it says.
    pub(crate) date: Option<String>,
    /// The line with which MariaDB's client enters its sandbox mode.
    pub(crate) sandbox: Option<At>,
}

/// Where the stage hands its results. Blocking: this is what holds the stage back.
pub(crate) trait Next {
    /// False when the run is ending.
    fn statement(&mut self, step: StatementStep) -> bool;
    /// False when the run is ending.
    fn block(&mut self, block: Block) -> bool;
    /// What stands between blocks, where the dump's text is asked for. False when the run is ending.
    fn text(&mut self, text: &[u8], permit: Option<Permit>) -> bool;
}

/// What the stage has in common with the others.
pub(crate) struct Shared {
    pub(crate) observer: Arc<dyn Observer>,
    pub(crate) budget: Budget,
    pub(crate) pool: Pool,
    pub(crate) stop: Stop,
}

/// Runs the stage to the end of the dump. `None` when the run ended early for another reason.
pub(crate) fn run(
    mut source: Source,
    options: CutOptions,
    runtime: &Handle,
    shared: &Shared,
    next: &mut dyn Next,
) -> Result<Option<Read>> {
    let Shared { observer, budget, pool, stop } = shared;
    let mut cutter = Cutter::new(options.config, options.session.lex_mode());
    let name = source.name().to_owned();
    let mut reader = Reader::new(options, name);
    let mut buffer = pool.get(reader.options.config.block_bytes + 2 * READ_BYTES);
    // Everything before `start` is done with.
    let (mut start, mut eof) = (0, false);
    // Another file follows, which is a dump of its own.
    let mut follows = false;
    let counters = source.counters();
    loop {
        if stop.is_tripped() {
            return Ok(None);
        }
        let rest = buffer.get(start..).unwrap_or_default();
        let cut = match reader.header {
            Some(_) => cutter.next(rest, eof).map_err(|e| reader.cut_error(rest, e))?,
            // Its header is looked at whole, before anything is taken from it.
            None => Cut::More,
        };
        match cut {
            Cut::End if follows => {
                let end = reader.complete()?;
                source.files().whole(end.name());
                if reader.options.text && !next.text(reader.apart(cutter.delimiter())?, None) {
                    return Ok(None);
                }
                let opened = runtime.block_on(async {
                    tokio::select! {
                        biased;
                        () = stop.tripped() => None,
                        opened = source.next_file() => Some(opened),
                    }
                });
                let Some(opened) = opened else { return Ok(None) };
                opened?;
                reader.begin_file(end)?;
                cutter = Cutter::new(reader.options.config, reader.session.lex_mode());
                buffer.clear();
                (start, eof, follows) = (0, false, false);
            }
            Cut::End => break,
            Cut::More => {
                if buffer.capacity() - buffer.len() < READ_BYTES / 2 {
                    if start > 0 {
                        buffer.copy_within(start.., 0);
                        buffer.truncate(buffer.len() - start);
                        start = 0;
                    }
                    if buffer.capacity() - buffer.len() < READ_BYTES / 2 {
                        // Grow by half, not by double: a long row is the only thing that gets here.
                        buffer.reserve_exact((buffer.capacity() / 2).max(READ_BYTES));
                    }
                }
                let read = runtime.block_on(async {
                    tokio::select! {
                        biased;
                        () = stop.tripped() => None,
                        read = source.read_file(&mut buffer) => Some(read),
                    }
                });
                let Some(read) = read else { return Ok(None) };
                failpoint::reach("read");
                let got = read.map_err(|e| e.at(|p| p.offset = p.offset.or(Some(reader.at.offset))))?;
                (eof, follows) = (!matches!(got, Got::Bytes(_)), got == Got::FileEnd);
                if reader.header.is_none() {
                    let seen = buffer.get(..HEADER_BYTES);
                    if eof || seen.is_some() {
                        reader.header = Some(header::header(seen.unwrap_or(&buffer)));
                    }
                }
                observer.event(&Event::Read { encoded: counters.encoded(), decoded: counters.decoded() });
            }
            Cut::Item(Item { len, kind }) => {
                let at = reader.at;
                reader.pass(buffer.get(start..start + len).unwrap_or_default());
                match kind {
                    ItemKind::Trivia => {
                        let text = buffer.get(start..start + len).unwrap_or_default();
                        reader.comments(text, at);
                        let text = reader.without_mark(text, at);
                        if reader.options.text && !next.text(&reader.scrubbed_comments(text, at)?, None) {
                            return Ok(None);
                        }
                        start += len;
                    }
                    ItemKind::Command(range) => {
                        let line = buffer.get(start + range.start..start + range.end).unwrap_or_default();
                        reader.command(line, at)?;
                        let text = buffer.get(start..start + len).unwrap_or_default();
                        if reader.options.text && !next.text(text, None) {
                            return Ok(None);
                        }
                        start += len;
                    }
                    ItemKind::Statement(range) => {
                        let text = buffer.get(start + range.start..start + range.end).unwrap_or_default();
                        let mut steps = reader.statements(text, at)?;
                        if reader.options.text {
                            steps.clear();
                            let item = buffer.get(start..start + len).unwrap_or_default();
                            let text = reader.rewritten(item, range);
                            let permit = match text.len() {
                                n if n >= SMALL_STATEMENT_BYTES => match budget.take(n, stop) {
                                    None => return Ok(None),
                                    permit => permit,
                                },
                                _ => None,
                            };
                            if !next.text(&text, permit) {
                                return Ok(None);
                            }
                        }
                        // Also when nothing is to be sent: a SET that is only followed changes how the dump is read.
                        cutter.set_mode(reader.session.lex_mode());
                        for mut step in steps {
                            if stores_its_text(&step.kind)
                                && let Some(comment) = trailing_comment(buffer.get(start + len..).unwrap_or_default())
                            {
                                step.text.extend_from_slice(comment);
                            }
                            if step.text.len() >= SMALL_STATEMENT_BYTES {
                                let Some(permit) = budget.take(step.text.len(), stop) else { return Ok(None) };
                                step._permit = Some(permit);
                            }
                            if !next.statement(step) {
                                return Ok(None);
                            }
                        }
                        start += len;
                    }
                    ItemKind::Rows(item) => {
                        let planned = reader.rows(&item, at)?.clone();
                        let Planned { table, transactional, plan, columns, digest, scrub, .. } = planned;
                        reader.whole.rows(transactional, reader.autocommit(), at);
                        let (scrub, left_out) = match scrub {
                            Scrub::Keep => (None, false),
                            Scrub::Replace(plan) => (Some(plan), false),
                            Scrub::Drop => (None, true),
                        };
                        let ordinal = if left_out { 0 } else { reader.ordinal(&table) };
                        failpoint::reach("cut");
                        // Raw and shaped, both at once while it is being shaped.
                        let Some(permit) = budget.take(2 * len, stop) else { return Ok(None) };
                        let tail = buffer.get(start + len..).unwrap_or_default();
                        // Whichever is shorter is copied: the block, or what is behind it.
                        let (block, from) = if len < tail.len() {
                            let block = buffer.get(start..start + len).unwrap_or_default().to_vec();
                            start += len;
                            (block, 0)
                        } else {
                            let room = (reader.options.config.block_bytes + 2 * READ_BYTES).max(tail.len());
                            let mut fresh = pool.get(room);
                            fresh.extend_from_slice(tail);
                            let mut block = std::mem::replace(&mut buffer, fresh);
                            block.truncate(start + len);
                            (block, std::mem::take(&mut start))
                        };
                        let mut session = reader.session.clone();
                        if session.database().is_none() {
                            session.set_database(reader.names.to.clone());
                        }
                        let map = reader.names.pairs.clone();
                        if !next.block(Block {
                            buffer: block,
                            start: from,
                            item,
                            table,
                            plan,
                            columns,
                            digest,
                            scrub,
                            left_out,
                            ordinal,
                            session,
                            map,
                            at,
                            permit,
                        }) {
                            return Ok(None);
                        }
                    }
                }
            }
        }
    }
    let end = reader.complete()?;
    source.files().whole(end.name());
    let end = reader.end.unwrap_or(end).min(end);
    if let Some(following) = &reader.following {
        following.finish().map_err(|e| reader.named(e))?;
    }
    reader.nothing_missing()?;
    Ok(Some(Read {
        end: (end, reader.at),
        cut_off: reader.cut_off,
        within: reader.within.or_else(|| reader.whole.within().cloned()),
        date: reader.whole.date().map(str::to_owned),
        sandbox: reader.sandbox,
        lines: reader.lines + reader.at.line.saturating_sub(1),
        header: reader.first_header.or(reader.header).unwrap_or_default(),
        encoded: counters.encoded(),
        decoded: counters.decoded(),
        sha256: source.sha256(),
        identity: source.identity(),
        left_out: reader.left_out,
        databases_left_out: reader.selection.iter().flat_map(Selection::others).cloned().collect(),
    }))
}

/// What the dump's database names mean on the target.
#[derive(Debug)]
struct Names {
    /// The database the target names, where it names one.
    to: Option<Name>,
    /// The dump's database that goes there, once the dump has named it.
    from: Option<Name>,
    /// Something without a database went there.
    unnamed_used: bool,
    /// The dump's databases that have another name on the target, and that name.
    pairs: Vec<(Name, Name)>,
    /// What may be databases that a statement named before the dump came to them, where each replaces its namesake: it
    /// was left to mean the one that is there.
    referred: BTreeSet<Name>,
}

impl Names {
    fn map(&self, name: &Name, session: &Session) -> Name {
        let is = |from: &Name| session.fold(from) == session.fold(name);
        self.pairs.iter().find(|(from, _)| is(from)).map_or_else(|| name.clone(), |(_, to)| to.clone())
    }
}

/// A table of the dump.
#[derive(Debug)]
struct Table {
    definition: CreateTable,
    /// The charset that it is written in.
    charset: String,
    transactional: bool,
}

/// What of a block's plan outlives the block.
#[derive(Clone)]
struct Planned {
    head: Arc<Head>,
    session: Session,
    table: Arc<TableName>,
    transactional: bool,
    plan: Option<Arc<LoadPlan>>,
    columns: Option<Arc<InsertColumns>>,
    digest: Option<Arc<DigestPlan>>,
    scrub: Scrub,
}

/// What the rules say about a block.
#[derive(Debug, Clone)]
enum Scrub {
    Keep,
    Replace(Arc<RowsPlan>),
    Drop,
}

/// What becomes of a part of an item's text.
#[derive(Debug)]
struct Rewrite {
    /// In the text of the item's statements.
    span: std::ops::Range<usize>,
    /// `None`: it is left out.
    new: Option<Vec<u8>>,
}

/// Follows the dump: position, session, tables, names.
struct Reader {
    options: CutOptions,
    source: String,
    at: At,
    session: Session,
    names: Names,
    tables: HashMap<TableName, Table>,
    planned: Option<Planned>,
    header: Option<Header>,
    /// A column that a row leaves out may count a sequence up.
    sequences: bool,
    /// What says that the dump is whole.
    whole: Whole,
    /// Why it isn't, where that is accepted.
    cut_off: Option<CutOff>,
    sandbox: Option<At>,
    left_out: Vec<(ForbiddenKind, At)>,
    /// Present where not all databases are wanted.
    selection: Option<Selection>,
    /// Present where there are rules.
    following: Option<Following>,
    /// What they say about the current item's statements, in order.
    rewrites: Vec<Rewrite>,
    /// Blocks of every table so far, where there are rules.
    begun: HashMap<Arc<TableName>, u64>,
    /// Where the file begins.
    file_start: u64,
    /// Line breaks in the files before.
    lines: u64,
    /// Of the files before: the first one's header, the least sure end, and a dump without an end.
    first_header: Option<Header>,
    end: Option<End>,
    within: Option<CutOff>,
    /// What the file did to its connection that can't be taken back for the next one.
    stays: Option<(&'static str, At)>,
    /// The database of the file before, in which an output of one text would go on.
    inherited: Option<Name>,
}

impl Reader {
    fn new(options: CutOptions, source: String) -> Self {
        Self {
            selection: Selection::new(&options.databases),
            following: options.scrubber.clone().map(Following::new),
            rewrites: Vec::new(),
            begun: HashMap::new(),
            session: options.session.clone(),
            names: Names {
                to: options.database.clone(),
                from: None,
                unnamed_used: false,
                pairs: Vec::new(),
                referred: BTreeSet::new(),
            },
            options,
            source,
            at: At { offset: 0, line: 1, part: 0 },
            tables: HashMap::new(),
            planned: None,
            header: None,
            sequences: false,
            whole: Whole::default(),
            cut_off: None,
            sandbox: None,
            left_out: Vec::new(),
            file_start: 0,
            lines: 0,
            first_header: None,
            end: None,
            within: None,
            stays: None,
            inherited: None,
        }
    }

    /// The file is over, and another one is to be read as on a connection of its own.
    fn begin_file(&mut self, end: End) -> Result<()> {
        if let Some((what, at)) = self.stays.take()
            && !self.options.read_only
        {
            return Err(self.not_apart(&format!("it leaves {what} behind"), at));
        }
        self.end = Some(self.end.unwrap_or(end).min(end));
        let header = self.header.take();
        self.first_header = self.first_header.take().or(header);
        self.within = self.within.take().or_else(|| self.whole.within().cloned());
        self.lines += self.at.line.saturating_sub(1);
        self.at = At { offset: self.at.offset, line: 1, part: 0 };
        self.file_start = self.at.offset;
        self.whole = Whole::default();
        self.inherited = self.session.database().cloned();
        self.session = self.options.session.clone();
        self.planned = None;
        if let Some(selection) = &mut self.selection {
            selection.begin_file();
        }
        if let Some(following) = &mut self.following {
            following.begin_file();
        }
        Ok(())
    }

    /// What goes between two files where they become one text, in which the second has to mean the same as alone.
    fn apart(&self, delimiter: &[u8]) -> Result<&'static [u8]> {
        let without_users =
            |session: &Session| session.variables().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
        let (now, then): (Vec<_>, Vec<_>) = (without_users(&self.session), without_users(&self.options.session));
        let changed = now.iter().find(|v| !then.contains(v)).or_else(|| then.iter().find(|v| !now.contains(v)));
        if let Some((name, _)) = changed {
            return Err(self.not_apart(&format!("{name} is not what it was at its beginning"), self.at));
        }
        if let Some((what, at)) = self.stays {
            return Err(self.not_apart(&format!("it leaves {what} behind"), at));
        }
        if delimiter != b";" {
            return Err(self.not_apart("its delimiter is not ; again", self.at));
        }
        // A comment may stand in its last line.
        Ok(b"\n")
    }

    fn not_apart(&self, why: &str, at: At) -> Error {
        self.error(format!("the file would change what the next one means: {why}"), at)
            .hint("read the files one at a time, or say --files sequence if they are parts of one dump")
    }

    /// A text without the byte order mark that only stands at a text's start, where another file is before it.
    fn without_mark<'t>(&self, text: &'t [u8], at: At) -> &'t [u8] {
        match text.strip_prefix(b"\xEF\xBB\xBF") {
            Some(rest) if at.offset == self.file_start && at.offset > 0 => rest,
            _ => text,
        }
    }

    /// Refuses what would go into the database of the file before, where files become one text.
    fn not_inherited(&self, at: At) -> Result<()> {
        match &self.inherited {
            Some(database) if self.options.text && self.session.database().is_none() => Err(self
                .error(format!("the file names no database, and behind the one before it that would be {database}"), at)
                .hint("read the files one at a time, or make the dumps all with --databases, or all without")),
            _ => Ok(()),
        }
    }

    /// Looks at comments between statements for what the producer says of the dump.
    fn comments(&mut self, text: &[u8], at: At) {
        if self.sandbox.is_none() {
            self.sandbox = memchr::memmem::find(text, b"/*M!999999\\-").map(|offset| at.after(text, offset));
        }
        self.whole.comments(text, at);
    }

    /// Refuses a dump that isn't whole, unless that was asked for.
    fn unfinished(&mut self, cut_off: CutOff) -> Result<()> {
        if self.options.allow.contains(&ForbiddenKind::Unfinished) {
            self.cut_off.get_or_insert(cut_off);
            return Ok(());
        }
        let again = "make it again, and check the exit code of the command that makes it";
        Err(self.error(cut_off.what, cut_off.at).damaged(Damage::CutOff).hint(match self.options.read_only {
            true => again.to_owned(),
            false => format!("{again}; if someone took the end out, --allow unfinished accepts that"),
        }))
    }

    /// Notes that rows go into a table.
    fn follow_rows(&mut self, table: &TableName, at: At) {
        let transactional = self.tables.get(table).is_some_and(|t| t.transactional);
        self.whole.rows(transactional, self.autocommit(), at);
    }

    fn autocommit(&self) -> bool {
        self.session.get("autocommit") != Some("0")
    }

    /// Counts an item's bytes and lines.
    fn pass(&mut self, item: &[u8]) {
        self.at.offset += item.len() as u64;
        self.at.line += memchr::memchr_iter(b'\n', item).count() as u64;
    }

    fn error(&self, what: impl Into<String>, at: At) -> Error {
        Error::source_bad(what).at(|p| {
            p.source = Some(self.source.clone());
            p.offset = Some(at.offset);
            p.line = Some(at.line);
        })
    }

    fn cut_error(&self, buffer: &[u8], e: sqldump::cut::CutError) -> Error {
        use sqldump::cut::CutErrorKind as K;
        let mode = self.session.lex_mode();
        let stray = stderr::message(buffer).map(|m| (0, m));
        let stray = stray.or_else(|| if whole::is_program(buffer, mode) { None } else { stderr::find(buffer, mode) });
        if let Some((offset, message)) = stray {
            return self.stray(message, buffer, offset, self.at);
        }
        let at = self.at.after(buffer, e.at);
        let limit = match self.options.config.row_bytes_max {
            bytes if bytes < 1 << 20 => format!("{bytes} bytes"),
            bytes => format!("{} MiB", bytes >> 20),
        };
        match e.kind {
            K::RowTooLong | K::StatementTooLong | K::CommentTooLong => self
                .error(format!("{e} ({limit})"), at)
                .hint("look at the dump there; if it is right, raise the limit with --max-row"),
            _ => self
                .error(e.to_string(), at)
                .damaged(Damage::CutOff)
                .hint("the dump is cut off: make it again, and check the exit code of the command that makes it"),
        }
    }

    /// What must hold at the end of the stream.
    fn complete(&mut self) -> Result<End> {
        self.whole.end(self.at).or_else(|cut_off| self.unfinished(cut_off).map(|()| End::Unknown))
    }

    /// Refuses what a program wrote to standard error where a statement should be, or between the halves of one.
    fn not_stray(&self, kind: &Statement, text: &[u8], at: At) -> Result<()> {
        let found = match kind {
            Statement::Other { first_word } if first_word == "?" => stderr::message(text).map(|m| (0, m)),
            // A label looks the same.
            Statement::CreateRoutine { .. }
            | Statement::CreateTrigger { .. }
            | Statement::CreateEvent { .. }
            | Statement::Several { .. }
            | Statement::Unclosed
            | Statement::Other { .. } => None,
            _ => stderr::find(text, self.session.lex_mode()),
        };
        match found {
            Some((offset, message)) => Err(self.stray(message, text, offset, at)),
            None => Ok(()),
        }
    }

    fn stray(&self, message: stderr::Message, text: &[u8], offset: usize, at: At) -> Error {
        whole::stray(message, at.after(text, offset)).at(|p| p.source = Some(self.source.clone()))
    }

    fn no_sql(&self, at: At) -> Error {
        self.error("the dump goes on with something that isn't SQL", at)
            .hint("look at the dump there: a part before it may be missing or damaged")
    }

    fn command(&mut self, line: &[u8], at: At) -> Result<()> {
        let what = match statement::client_command(line) {
            Some(statement::ClientCommand::Delimiter(_)) => None,
            // As a word it comes as a statement.
            Some(statement::ClientCommand::Use(_)) => Some("\\u"),
            Some(statement::ClientCommand::Refused(name)) => Some(name),
            None => return Err(self.no_sql(at)),
        };
        if let Some(following) = &self.following {
            let name = what.as_ref().map(|_| ForbiddenKind::ClientCommand.as_str());
            following.command(name, line, at).map_err(|e| self.named(e))?;
        }
        let Some(what) = what else { return Ok(()) };
        if self.options.read_only || self.options.skip.contains(&ForbiddenKind::ClientCommand) {
            self.left_out.push((ForbiddenKind::ClientCommand, at));
            return Ok(());
        }
        Err(self
            .error(format!("`{what}` is a command of the mysql client, which only that client can run"), at)
            .hint("leave such lines out with --skip client-command if the dump is whole without them"))
    }

    /// Follows the statements between two delimiters. There may be several where the delimiter isn't a semicolon: the
    /// server would run them all, so each is looked at.
    fn statements(&mut self, mut text: &[u8], mut at: At) -> Result<Vec<StatementStep>> {
        let mut steps = Vec::new();
        self.rewrites.clear();
        let mut passed = 0;
        loop {
            let mode = self.session.lex_mode();
            let rest = match statement::classify(text, mode, self.options.target) {
                Statement::Several { rest } => rest,
                // What follows the rows of one isn't looked at there.
                Statement::Insert { .. } | Statement::Replace { .. } => {
                    let end = lex::tokens(text, mode).find(|t| t.kind == TokenKind::Punct(b';'));
                    end.map_or(text.len(), |t| t.end)
                }
                _ => text.len(),
            };
            let (first, others) = text.split_at(rest.min(text.len()));
            let begin = passed + (first.len() - first.trim_ascii_start().len());
            let length = first.len();
            let first = first.trim_ascii();
            let first = first.strip_suffix(b";").unwrap_or(first);
            let verdict = match self.leaves_out(first, at)? {
                true => Verdict::Drop,
                false => self.judge(first, at)?,
            };
            match verdict {
                Verdict::Keep => steps.extend(self.statement(first, at)?),
                Verdict::Rewrite(new) => {
                    steps.extend(self.statement(&new, at)?);
                    self.rewrites.push(Rewrite { span: begin..begin + first.len(), new: Some(new) });
                }
                Verdict::Drop => self.rewrites.push(Rewrite { span: passed..passed + length, new: None }),
            }
            passed += length;
            if others.trim_ascii().is_empty() {
                return Ok(steps);
            }
            text = others;
            at.part += 1;
        }
    }

    /// Whether a statement belongs to databases that aren't wanted. What it says of the dump's being whole counts all the same.
    fn leaves_out(&mut self, text: &[u8], at: At) -> Result<bool> {
        let Some(selection) = &mut self.selection else { return Ok(false) };
        let text = &*line_feeds(text);
        let mode = self.session.lex_mode();
        let kind = statement::classify(text, mode, self.options.target);
        match selection.leaves_out(&kind, text, &self.session, self.options.target) {
            Ok(false) => return Ok(false),
            Ok(true) => {}
            Err(why) => return Err(self.error(why, at).hint("name both with --databases, or neither")),
        }
        self.planned = None;
        self.whole.statement(&kind, text, mode, self.autocommit(), at);
        if matches!(kind, Statement::Insert { .. } | Statement::Replace { .. }) {
            // Their tables' engines weren't looked at.
            self.whole.rows(true, self.autocommit(), at);
        }
        self.not_stray(&kind, text, at)?;
        Ok(true)
    }

    /// How rows are read that belong to databases that aren't wanted: no further than to see that they can be.
    fn plan_left_out(&mut self, head: &Arc<Head>) -> Option<Planned> {
        let selection = self.selection.as_mut()?;
        if !selection.leaves_out_of(head.database.as_ref(), &self.session) {
            return None;
        }
        // As the dump has it, for messages.
        let database = head.database.as_ref().or_else(|| selection.current()).cloned();
        let table = Arc::new(TableName { database: database.unwrap_or_else(|| "".into()), table: head.table.clone() });
        let (head, session) = (Arc::clone(head), self.session.clone());
        // Their tables' engines aren't known.
        let transactional = true;
        Some(Planned {
            head,
            session,
            table,
            transactional,
            plan: None,
            columns: None,
            digest: None,
            scrub: Scrub::Drop,
        })
    }

    /// Fails if the dump hasn't got a database that is wanted.
    fn nothing_missing(&self) -> Result<()> {
        let Some(selection) = &self.selection else { return Ok(()) };
        let Some(missing) = selection.missing() else { return Ok(()) };
        let others: Vec<String> = selection.others().map(ToString::to_string).collect();
        let hint = match others.as_slice() {
            [] => "it names none: leave --databases out".to_owned(),
            others => format!("besides what was found, it has {}", others.join(", ")),
        };
        Err(Error::source_bad(format!("the dump holds no database {missing}"))
            .at(|p| p.source = Some(self.source.clone()))
            .hint(hint))
    }

    /// What the rules say about one statement.
    fn judge(&mut self, text: &[u8], at: At) -> Result<Verdict> {
        let Some(following) = &mut self.following else { return Ok(Verdict::Keep) };
        let text = &*line_feeds(text);
        let target = self.options.target;
        let kind = statement::classify(text, self.session.lex_mode(), target);
        let verdict = following.statement(&kind, text, Context { session: &self.session, target, at });
        let verdict = verdict.and_then(|verdict| {
            let stays = match &verdict {
                Verdict::Keep => text,
                Verdict::Rewrite(new) => new,
                Verdict::Drop => &[],
            };
            // A statement of its own table's rows names it in its error.
            following.scrubber().assertions.check(stays, &self.session, at, None).map(|()| verdict)
        });
        verdict.map_err(|e| self.named(e))
    }

    /// Comments between statements, as the rules want them.
    fn scrubbed_comments<'t>(&self, text: &'t [u8], at: At) -> Result<Cow<'t, [u8]>> {
        let Some(following) = &self.following else { return Ok(Cow::Borrowed(text)) };
        let text = match following.comments(text, at).map_err(|e| self.named(e))? {
            Verdict::Rewrite(new) => Cow::Owned(new),
            _ => Cow::Borrowed(text),
        };
        let checked = following.scrubber().assertions.check(&text, &self.session, at, None);
        checked.map(|()| text).map_err(|e| self.named(e))
    }

    /// An item's text as the rules want it. `statements` is where its statements lie in it.
    fn rewritten<'t>(&mut self, item: &'t [u8], statements: std::ops::Range<usize>) -> Cow<'t, [u8]> {
        let text = item.get(statements.clone()).unwrap_or_default();
        match self.rewrites.as_slice() {
            [] => return Cow::Borrowed(item),
            // With its delimiter.
            [Rewrite { span, new: None }] if span.len() == text.len() => return Cow::Borrowed(&[]),
            _ => {}
        }
        let mut out = item.get(..statements.start).unwrap_or_default().to_vec();
        let mut done = 0;
        for Rewrite { span, new } in self.rewrites.drain(..) {
            out.extend_from_slice(text.get(done..span.start).unwrap_or_default());
            out.extend_from_slice(new.as_deref().unwrap_or_default());
            done = span.end;
        }
        out.extend_from_slice(text.get(done..).unwrap_or_default());
        out.extend_from_slice(item.get(statements.end..).unwrap_or_default());
        Cow::Owned(out)
    }

    /// With the source's name.
    fn named(&self, e: Error) -> Error {
        e.at(|p| p.source = Some(self.source.clone()))
    }

    /// Follows one statement. `None` if nothing is to be sent.
    fn statement(&mut self, text: &[u8], at: At) -> Result<Option<StatementStep>> {
        let text = &*line_feeds(text);
        let mode = self.session.lex_mode();
        let mut kind = statement::classify(text, mode, self.options.target);
        let before = self.session.clone();
        let set = matches!(kind, Statement::Set).then(|| self.session.apply(text, self.options.target));
        self.whole.statement(&kind, text, mode, self.autocommit(), at);
        if let Statement::Insert { table } | Statement::Replace { table } = &kind
            && let Some(table) = self.table(table)
        {
            self.follow_rows(&table, at);
        }
        self.not_stray(&kind, text, at)?;
        match &kind {
            Statement::Empty => return Ok(None),
            Statement::Set => match set.unwrap_or(Effect::NotSet) {
                Effect::Global { variable } => {
                    if !self.fence(ForbiddenKind::SetGlobal, &format!("assigns the global variable {variable}"), at)? {
                        return Ok(None);
                    }
                    kind = Statement::Forbidden(ForbiddenKind::SetGlobal);
                }
                Effect::LexingUnknown { variable } => {
                    return Err(self
                        .error(
                            format!(
                                "the value given to {variable} can't be known, and it decides how the dump is read"
                            ),
                            at,
                        )
                        .hint("replace the expression by the value it should have"));
                }
                Effect::Simulated { known_variables_only: true } if !self.options.read_only => return Ok(None),
                // User variables of the files before are nobody's business.
                Effect::Unknown { variable } if !variable.starts_with('@') => {
                    self.stays.get_or_insert(("a setting whose effect is not known", at));
                }
                Effect::Simulated { .. } | Effect::Unknown { .. } | Effect::NotSet => {}
            },
            Statement::Forbidden(forbidden) if !self.fence(*forbidden, "is refused by default", at)? => {
                return Ok(None);
            }
            Statement::DropDatabase { .. }
                if self.options.skip.contains(&ForbiddenKind::DropDatabase)
                    && !self.fence(ForbiddenKind::DropDatabase, "is left out", at)? =>
            {
                return Ok(None);
            }
            Statement::Call
                if !self.fence(ForbiddenKind::Call, "runs a stored program, which may do anything", at)? =>
            {
                return Ok(None);
            }
            Statement::Other { first_word } if self.options.read_only && is_no_statement(first_word) => {
                return Err(self.no_sql(at));
            }
            Statement::Other { first_word }
                if !self.fence(
                    ForbiddenKind::Unknown,
                    &format!("({first_word}) is nothing that dumps hold"),
                    at,
                )? =>
            {
                return Ok(None);
            }
            Statement::Several { .. } | Statement::Unclosed => {
                return Err(self
                    .error("a stored program or a versioned comment is not closed before the delimiter", at)
                    .hint("the dump is damaged there, or lacks a DELIMITER line"));
            }
            Statement::Rollback if !self.options.read_only => {
                return Err(self
                    .error("the dump takes rows back (ROLLBACK), which can't be followed once blocks are committed", at)
                    .hint("restore it with the mysql client"));
            }
            _ => {}
        }
        let mut text = text.to_vec();
        // What a routine does when it is called is looked at where it is called.
        let acts_alone = matches!(
            kind,
            Statement::CreateTrigger { .. } | Statement::CreateEvent { .. } | Statement::CreateView { .. }
        );
        let evaluates = matches!(kind, Statement::Set | Statement::Select | Statement::Call);
        if (evaluates || writes_rows(&kind) || acts_alone) && names_load_file(&text, mode) && !self.options.read_only {
            return Err(self.error("the statement reads a file of the server's (LOAD_FILE)", at));
        }
        if writes_rows(&kind) || acts_alone {
            for database in qualifiers(&text, mode, self.options.target) {
                self.not_system(&database, at)?;
            }
        }
        for database in named_databases(&kind) {
            self.name(&database, at)?;
        }
        let live = if acts_alone || matches!(kind, Statement::CreateRoutine { .. }) {
            self.live_text(&text, &before, at)?
        } else {
            self.note_references(&text, &kind);
            None
        };
        for (from, to) in &self.names.pairs {
            let mapped = ddl::map_database(&text, &before, from, to).map_err(|e| self.ambiguous(from, e, at))?;
            if mapped != text.as_slice() {
                text = mapped.into_owned();
                kind = statement::classify(&text, mode, self.options.target);
            }
        }
        if let Statement::Use(name) = &kind {
            self.session.set_database(Some(name.clone()));
            self.planned = None;
        }
        match &kind {
            Statement::CreateTable(table) if table.temporary => {
                self.stays.get_or_insert(("a temporary table", at));
            }
            Statement::CreateTableOther { temporary: true, .. } => {
                self.stays.get_or_insert(("a temporary table", at));
            }
            Statement::Prepare => {
                self.stays.get_or_insert(("a prepared statement", at));
            }
            _ => {}
        }
        if needs_database(&kind).is_some() {
            self.not_inherited(at)?;
        }
        self.catalog(&kind);
        let mut session = before;
        session.set_database(session.database().cloned().or_else(|| self.names.to.clone()));
        if session.database().is_none()
            && self.options.target.is_some()
            && let Some(what) = needs_database(&kind)
        {
            return Err(self
                .error(format!("the dump names no database for its {what}"), at)
                .hint("name one in the target: --to mysql://…/DATABASE"));
        }
        if session.database() == self.names.to.as_ref()
            && self.session.database().is_none()
            && needs_database(&kind).is_some()
        {
            self.names.unnamed_used = true;
        }
        Ok(Some(StatementStep { text, live, kind, session, at, _permit: None }))
    }

    /// The text of a statement under the names that are in force once the dump has replaced what is there.
    fn live_text(&self, text: &[u8], session: &Session, at: At) -> Result<Option<Vec<u8>>> {
        let Some(staging) = &self.options.staging else { return Ok(None) };
        let (Some(from), Some(live)) = (&self.names.from, staging.live()) else { return Ok(Some(text.to_vec())) };
        let mapped = ddl::map_database(text, session, from, live).map_err(|e| self.ambiguous(from, e, at))?;
        Ok(Some(mapped.into_owned()))
    }

    /// Notes what a statement names that may be a database, where each of the dump's replaces its namesake.
    fn note_references(&mut self, text: &[u8], kind: &Statement) {
        let replaces_all = self.options.staging.as_ref().is_some_and(|s| s.live().is_none());
        if !replaces_all
            || !(writes_rows(kind) || matches!(kind, Statement::CreateTable(_) | Statement::AlterTable { .. }))
        {
            return;
        }
        let named = qualifiers(text, self.session.lex_mode(), self.options.target).into_iter();
        let unknown: Vec<Name> = named.filter(|n| self.names.map(n, &self.session) == *n).collect();
        self.names.referred.extend(unknown);
    }

    fn ambiguous(&self, from: &Name, e: ddl::Ambiguous, at: At) -> Error {
        let error = self.error(
            format!("a name in the statement may mean the database {from} or a table of that name"),
            At { offset: at.offset + e.offset as u64, ..at },
        );
        match self.options.staging {
            Some(_) => error.hint(
                "it has to be told apart to load the schema beside the one that it replaces; restore into a new schema",
            ),
            None => error.hint("restore without a database in --to, so that names stay as they are"),
        }
    }

    /// Whether a statement of a refused kind is sent; false leaves it out.
    fn fence(&mut self, kind: ForbiddenKind, why: &str, at: At) -> Result<bool> {
        if self.options.read_only {
            return Ok(true);
        }
        if self.options.skip.contains(&kind) {
            self.left_out.push((kind, at));
            return Ok(false);
        }
        match kind {
            // The sink leaves it out, if the target knows the variable.
            ForbiddenKind::SetGlobal if self.options.target.is_some() => return Ok(true),
            _ if self.options.allow.contains(&kind) => return Ok(true),
            // Nothing that is restored depends on these.
            ForbiddenKind::Grant | ForbiddenKind::SetGlobal | ForbiddenKind::Replication => {
                self.left_out.push((kind, at));
                return Ok(false);
            }
            _ => {}
        }
        Err(self
            .error(format!("a statement of the kind {kind} {why}"), at)
            .hint(format!("--skip {kind} leaves such statements out, --allow {kind} sends them to the target")))
    }

    /// Refuses the server's own schemas.
    fn not_system(&self, database: &Name, at: At) -> Result<()> {
        if is_system(database) && !self.options.read_only {
            return Err(self
                .error(format!("the dump writes to the server's own schema {database}"), at)
                .hint("restore your own schemas by name, with --databases"));
        }
        Ok(())
    }

    /// Settles what the target calls a database that the dump names.
    fn name(&mut self, database: &Name, at: At) -> Result<()> {
        self.not_system(database, at)?;
        let Some(to) = &self.names.to else { return self.replace(database, at) };
        let is = |other: &Name| self.session.fold(other) == self.session.fold(database);
        match &self.names.from {
            Some(from) if is(from) => Ok(()),
            Some(from) => Err(self
                .error(
                    format!("the dump holds more than one database ({from}, {database}), and the target names one"),
                    at,
                )
                .hint("leave the database out of --to, so that each keeps its name")),
            // The target's database has taken the unnamed one; this one keeps its name, if nothing is there yet.
            None if self.names.unnamed_used && !is(self.target_name(to)) => {
                if !self.options.append && self.options.staging.is_none() {
                    return Ok(());
                }
                Err(self
                    .error(
                        format!(
                            "the dump puts tables into {database} after others without a database, and the target names one"
                        ),
                        at,
                    )
                    .hint("restore without --append and --replace, so that it is known to be empty"))
            }
            None => {
                if database != to {
                    self.names.pairs.push((database.clone(), to.clone()));
                }
                self.names.from = Some(database.clone());
                Ok(())
            }
        }
    }

    /// What `to` is called in the end.
    fn target_name<'a>(&'a self, to: &'a Name) -> &'a Name {
        self.options.staging.as_ref().and_then(|s| s.live()).unwrap_or(to)
    }

    /// Has a database that the dump names loaded beside the one of that name on the target, if it is to replace that.
    fn replace(&mut self, database: &Name, at: At) -> Result<()> {
        let Some(staging) = &self.options.staging else { return Ok(()) };
        if self.names.pairs.iter().any(|(from, _)| self.session.fold(from) == self.session.fold(database)) {
            return Ok(());
        }
        let is_it = |n: &Name| self.session.fold(n) == self.session.fold(database);
        if self.names.referred.iter().any(is_it) {
            return Err(self
                .error(
                    format!("a statement before named {database}, which the dump comes to only now, so that it can't be told which one was meant: the old or the new"),
                    at,
                )
                .hint("dump and replace the schemas one by one, with --to mysql://…/NAME"));
        }
        let charset = self.session.get("character_set_client").unwrap_or_default();
        if !database.as_bytes().is_ascii() && !charset.starts_with("utf8") {
            return Err(self
                .error(
                    format!("the schema's name is in the charset {charset}, from which no name beside it can be made"),
                    at,
                )
                .hint("name the schema in the target: --to mysql://…/NAME"));
        }
        let stage = staging.stage(database);
        self.names.pairs.push((database.clone(), stage));
        Ok(())
    }

    /// A table's name on the target, where its database is known.
    fn table(&self, name: &ObjectName) -> Option<TableName> {
        let current = || self.session.database().cloned().or_else(|| self.names.to.clone());
        // Without a server, rows need no database to go to.
        let nowhere = || self.options.target.is_none().then(|| Name::from(""));
        let database = name.database.clone().or_else(current).or_else(nowhere)?;
        TableName::resolve(Some(&database), &name.name, &self.session)
    }

    /// Keeps the definitions of tables in step with the stream. A table that is altered is read by its literals only.
    fn catalog(&mut self, kind: &Statement) {
        let append = self.options.append;
        let mut gone = |name: &ObjectName| {
            if let Some(name) = self.table(name) {
                self.tables.remove(&name);
            }
        };
        match kind {
            // Another definition may be there.
            Statement::CreateTable(table) if table.temporary || (append && table.if_not_exists) => {
                gone(&table.name);
            }
            Statement::CreateTable(table) => {
                if let Some(name) = self.table(&table.name)
                    && !(table.if_not_exists && self.tables.contains_key(&name))
                {
                    let engine = engine(table, &self.session, &self.options.default_engine);
                    let transactional = engine.eq_ignore_ascii_case("InnoDB");
                    let charset = self.session.get("character_set_client").unwrap_or_default().trim_matches('\'');
                    let charset = charset.to_owned();
                    self.tables.insert(name, Table { definition: (**table).clone(), charset, transactional });
                }
            }
            Statement::CreateSequence { .. } => self.sequences = true,
            Statement::CreateTableOther { table, .. }
            | Statement::AlterTable { table, keys: None, .. }
            | Statement::CreateIndex { table } => gone(table),
            Statement::DropTables { names, .. } => names.iter().for_each(gone),
            Statement::DropDatabase { .. } | Statement::RenameTables { .. } => self.tables.clear(),
            Statement::Call | Statement::Execute => self.tables.clear(),
            _ => return,
        }
        self.planned = None;
    }

    /// Settles how a block is to be read.
    fn rows(&mut self, item: &RowsItem, at: At) -> Result<&Planned> {
        let planned = match self.planned.take() {
            Some(p) if *p.head == *item.head && p.session == self.session => p,
            _ => self.plan(item, at)?,
        };
        Ok(self.planned.insert(planned))
    }

    /// Which of its table's blocks the next one is, from 0.
    fn ordinal(&mut self, table: &Arc<TableName>) -> u64 {
        if self.options.scrubber.is_none() {
            return 0;
        }
        let next = self.begun.entry(Arc::clone(table)).or_default();
        *next += 1;
        *next - 1
    }

    /// What the rules say about the rows under a head.
    fn scrub(&mut self, head: &Head, table: &Arc<TableName>, at: At) -> Result<Scrub> {
        let Some(following) = &mut self.following else { return Ok(Scrub::Keep) };
        let cx = Context { session: &self.session, target: self.options.target, at };
        let planned = following.rows(head, cx).and_then(|known| {
            if known.drops_rows() {
                return Ok(Scrub::Drop);
            }
            let names = following.columns(head);
            let plan = RowsPlan::new(&known, Arc::clone(table), names.as_deref(), &self.session, following.scrubber());
            let plan = plan.map_err(|what| {
                Error::new(ErrorKind::Policy, what)
                    .at(|p| {
                        (p.offset, p.line) = (Some(at.offset), Some(at.line));
                        p.table = Some(crate::reading::table_name(table));
                    })
                    .hint("the rules can't be kept for these rows: look at the dump there")
            })?;
            Ok(plan.map_or(Scrub::Keep, |p| Scrub::Replace(Arc::new(p))))
        });
        planned.map_err(|e| self.named(e))
    }

    fn plan(&mut self, item: &RowsItem, at: At) -> Result<Planned> {
        let head = &item.head;
        if let Some(planned) = self.plan_left_out(head) {
            return Ok(planned);
        }
        if let Some(database) = &head.database {
            self.name(database, at)?;
        }
        let named = ObjectName {
            database: head.database.as_ref().map(|d| self.names.map(d, &self.session)),
            name: Name::new(line_feeds(head.table.as_bytes()).into_owned()),
        };
        if named.database.is_none() && self.session.database().is_none() {
            self.names.unnamed_used = true;
            self.not_inherited(at)?;
        }
        let Some(table) = self.table(&named) else {
            return Err(self
                .error("the dump names no database for its rows", at)
                .hint("name one in the target: --to mysql://…/DATABASE, or --to sandbox/DATABASE"));
        };
        let known = self.tables.get(&table);
        let zero_counts =
            !self.session.get("sql_mode").is_some_and(|m| m.to_ascii_uppercase().contains("NO_AUTO_VALUE_ON_ZERO"));
        let counts = self.sequences && head.columns.is_some();
        let plan = known
            .filter(|t| self.options.load_data && t.transactional && !counts)
            .and_then(|t| load_plan(&t.definition, head, &self.session, zero_counts, self.options.hex_bytes))
            .map(Arc::new);
        let columns = known.map(|t| match counts {
            true => InsertColumns { auto_increment: Err(LeftOut), ..insert_columns(&t.definition, head, zero_counts) },
            false => insert_columns(&t.definition, head, zero_counts),
        });
        let columns = columns.map(Arc::new);
        let wanted = |o: &&Arc<DigestOptions>| o.excluded.is_empty() || o.excluded.contains_key(&table);
        let digest = self.options.digest.as_ref().filter(wanted).zip(known).map(|(options, t)| {
            let excluded = options.excluded.get(&table).map_or(&[][..], Vec::as_slice);
            let target = Target { native_json: options.native_json, original: options.original, excluded };
            Arc::new(DigestPlan::new(&t.definition, &t.charset, head, &self.session, target))
        });
        let transactional = known.is_some_and(|t| t.transactional);
        let table = Arc::new(table);
        let scrub = self.scrub(head, &table, at)?;
        let (head, session) = (Arc::clone(head), self.session.clone());
        Ok(Planned { head, session, table, transactional, plan, columns, digest, scrub })
    }
}

/// Whether no server takes this for the first word of a statement.
pub(crate) fn is_no_statement(first_word: &str) -> bool {
    const WITHIN_PROGRAMS: [&str; 16] = [
        "?",
        "CLOSE",
        "DECLARE",
        "ELSE",
        "ELSEIF",
        "END",
        "EXCEPTION",
        "FETCH",
        "ITERATE",
        "KEY",
        "LEAVE",
        "OPEN",
        "PRIMARY",
        "RETURN",
        "UNTIL",
        "WHEN",
    ];
    WITHIN_PROGRAMS.contains(&first_word)
}

/// The engine a table gets.
pub(crate) fn engine<'a>(table: &'a CreateTable, session: &'a Session, default: &'a str) -> &'a str {
    let set = || session.get("default_storage_engine").or_else(|| session.get("storage_engine"));
    table.engine.as_deref().or_else(set).unwrap_or(default).trim_matches(['\'', '"'])
}

/// Objects that keep the text of the statement that made them, comments included.
const fn stores_its_text(kind: &Statement) -> bool {
    matches!(kind, Statement::CreateRoutine { .. } | Statement::CreateTrigger { .. } | Statement::CreateEvent { .. })
}

/// A comment behind a statement's delimiter on the same line: the mysql client sends it along (`--comments`).
fn trailing_comment(after: &[u8]) -> Option<&[u8]> {
    let line = after.get(..memchr::memchr(b'\n', after)?)?.trim_ascii_end();
    let comment = line.trim_ascii_start();
    (comment.starts_with(b"#") || comment.starts_with(b"-- ")).then_some(line)
}

/// The text with its line breaks as the mysql client sends them: it takes a carriage return before a line feed for part
/// of the line's end, inside strings as well (its `--binary-mode` is what turns that off).
pub(crate) fn line_feeds(text: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memmem::find(text, b"\r\n").is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.iter().peekable();
    while let Some(&b) = bytes.next() {
        if b != b'\r' || bytes.peek() != Some(&&b'\n') {
            out.push(b);
        }
    }
    Cow::Owned(out)
}

/// Statements between rows that may write to any table they name.
pub(crate) const fn writes_rows(kind: &Statement) -> bool {
    matches!(
        kind,
        Statement::Insert { .. }
            | Statement::Replace { .. }
            | Statement::Update
            | Statement::Delete
            | Statement::Do
            | Statement::CreateTableOther { .. }
    )
}

/// The server's own schemas, of which nobody can write to the last.
pub(crate) fn is_servers_own(database: &Name) -> bool {
    is_system(database) || database.as_bytes().eq_ignore_ascii_case(b"information_schema")
}

/// The server's own schemas that can be written to.
pub(crate) fn is_system(database: &Name) -> bool {
    ["mysql", "performance_schema", "sys"].iter().any(|s| database.as_bytes().eq_ignore_ascii_case(s.as_bytes()))
}

/// Whether a statement has the server read a file.
pub(crate) fn names_load_file(text: &[u8], mode: sqldump::LexMode) -> bool {
    calls::names(text, mode, &[b"LOAD_FILE"])
}

/// Names that qualify another one in a statement: of databases, tables or aliases.
pub(crate) fn qualifiers(text: &[u8], mode: sqldump::LexMode, target: Option<ServerVersion>) -> Vec<Name> {
    let mut names: Vec<Name> = Vec::new();
    let mut last = None;
    for token in lex::significant(text, mode, target) {
        match token.kind {
            TokenKind::Word | TokenKind::QuotedIdent => last = Some(token),
            TokenKind::Punct(b'.') => {
                if let Some(name) = last.take().map(|t| lex::ident_in(t.text(text), mode))
                    && !names.contains(&name)
                {
                    names.push(name);
                }
            }
            _ => last = None,
        }
    }
    names
}

/// Databases that a statement names as the home of what it makes, changes or drops.
pub(crate) fn named_databases(kind: &Statement) -> Vec<Name> {
    homes(kind).into_iter().flatten().collect()
}

/// The databases of what a statement makes, changes or drops: `None` for what is in the current one.
pub(crate) fn homes(kind: &Statement) -> Vec<Option<Name>> {
    let mut homes = Vec::new();
    let mut add = |object: &ObjectName| homes.push(object.database.clone());
    match kind {
        Statement::Use(name) | Statement::CreateDatabase { name, .. } | Statement::DropDatabase { name, .. } => {
            homes.push(Some(name.clone()));
        }
        Statement::AlterDatabase { name } => homes.push(name.clone()),
        Statement::CreateTable(table) => add(&table.name),
        Statement::CreateTableOther { table, .. }
        | Statement::AlterTable { table, .. }
        | Statement::CreateIndex { table }
        | Statement::TruncateTable { table }
        | Statement::Insert { table }
        | Statement::Replace { table } => add(table),
        Statement::DropTables { names: list, .. }
        | Statement::DropViews { names: list, .. }
        | Statement::DropSequence { names: list, .. }
        | Statement::Maintenance { tables: list, .. } => list.iter().for_each(add),
        Statement::CreateView { name }
        | Statement::CreateRoutine { name, .. }
        | Statement::CreateEvent { name }
        | Statement::DropObject { name, .. }
        | Statement::CreateSequence { name }
        | Statement::AlterSequence { name } => add(name),
        Statement::CreateTrigger { name, table } => {
            add(name);
            add(table);
        }
        Statement::RenameTables { pairs } => pairs.iter().for_each(|(a, b)| {
            add(a);
            add(b);
        }),
        _ => {}
    }
    homes
}

/// What a statement makes or changes in the current database, for a message; `None` if it works without one.
fn needs_database(kind: &Statement) -> Option<&'static str> {
    let bare = |o: &ObjectName, what| o.database.is_none().then_some(what);
    match kind {
        Statement::CreateTable(table) => bare(&table.name, "tables"),
        Statement::CreateTableOther { table, .. }
        | Statement::AlterTable { table, .. }
        | Statement::CreateIndex { table }
        | Statement::TruncateTable { table }
        | Statement::Insert { table }
        | Statement::Replace { table } => bare(table, "tables"),
        Statement::DropTables { names, .. } => names.iter().find_map(|n| bare(n, "tables")),
        Statement::CreateView { name } => bare(name, "views"),
        Statement::CreateRoutine { name, .. } => bare(name, "routines"),
        Statement::CreateEvent { name } => bare(name, "events"),
        Statement::CreateTrigger { table, .. } => bare(table, "triggers"),
        Statement::CreateSequence { name } => bare(name, "sequences"),
        Statement::DropViews { names, .. } => names.iter().find_map(|n| bare(n, "views")),
        Statement::DropObject { name, .. } => bare(name, "routines, triggers or events"),
        Statement::Update | Statement::Delete => Some("changes of rows"),
        _ => None,
    }
}

/// How each value of a row reaches the table through `LOAD DATA`; `None` if one can't.
fn load_plan(
    table: &CreateTable,
    head: &Head,
    session: &Session,
    zero_counts: bool,
    hex_bytes: bool,
) -> Option<LoadPlan> {
    let mode = session.lex_mode();
    let charset = session.get("character_set_client")?.trim_matches('\'');
    let connection = session.get("character_set_connection").unwrap_or(charset).trim_matches('\'');
    if head.replace
        || head.ignore
        || table.system_versioned
        || mode.charset != Charset::Plain
        || !charset.eq_ignore_ascii_case(connection)
        || !charset.bytes().all(|b| b.is_ascii_alphanumeric())
    {
        return None;
    }
    let mut columns = Vec::new();
    let mut names = Vec::new();
    let mut add = |column: &ddl::Column| {
        let class = match column.class {
            _ if column.generated => LoadClass::Skip,
            TypeClass::Bit | TypeClass::Binary | TypeClass::Spatial | TypeClass::Vector if hex_bytes => {
                LoadClass::HexBytes
            }
            TypeClass::Integer | TypeClass::Decimal | TypeClass::Float => LoadClass::Number,
            TypeClass::Bit => LoadClass::Bit,
            TypeClass::Year => LoadClass::Year,
            TypeClass::Temporal => LoadClass::Temporal,
            TypeClass::Text | TypeClass::Json | TypeClass::TextLike => LoadClass::Text,
            TypeClass::Enum | TypeClass::Set => LoadClass::Label,
            TypeClass::Binary | TypeClass::Spatial | TypeClass::Vector => LoadClass::Bytes,
            _ => return None,
        };
        columns.push(LoadColumn { class, auto_increment: column.auto_increment });
        if class != LoadClass::Skip {
            names.push(column.name.clone());
        }
        Some(())
    };
    match &head.columns {
        None => table.columns.iter().filter(|c| !c.invisible).try_for_each(&mut add)?,
        Some(list) => {
            for name in list {
                add(column(table, name)?)?;
            }
            if table.columns.iter().any(|c| c.auto_increment && !list.iter().any(|n| same(n, &c.name))) {
                return None;
            }
        }
    }
    // An empty line would be no row.
    if names.is_empty() {
        return None;
    }
    let auto_increment = table.has_auto_increment();
    Some(LoadPlan { columns, names, charset: charset.to_owned(), zero_counts, auto_increment })
}

fn insert_columns(table: &CreateTable, head: &Head, zero_counts: bool) -> InsertColumns {
    let counting = table.columns.iter().find(|c| c.auto_increment);
    let auto_increment = match (counting, &head.columns) {
        (None, _) => Ok(None),
        (Some(c), Some(list)) => list.iter().position(|n| same(n, &c.name)).map(Some).ok_or(LeftOut),
        (Some(c), None) => Ok(table.columns.iter().filter(|c| !c.invisible).position(|other| other.name == c.name)),
    };
    let inserted: Vec<Option<&ddl::Column>> = match &head.columns {
        Some(list) => list.iter().map(|name| column(table, name)).collect(),
        None => table.columns.iter().filter(|c| !c.invisible).map(Some).collect(),
    };
    // Without a list, a row may leave out what the server makes up.
    let optional = match &head.columns {
        Some(_) => 0,
        None => inserted.iter().flatten().filter(|c| c.generated).count(),
    };
    let is_temporal = |c: &Option<&ddl::Column>| c.is_some_and(|c| c.class == TypeClass::Temporal);
    let temporal = inserted.iter().enumerate().filter(|(_, c)| is_temporal(c)).map(|(i, _)| i).collect();
    InsertColumns { auto_increment, zero_counts, fields: inserted.len() - optional..=inserted.len(), temporal }
}

fn column<'a>(table: &'a CreateTable, name: &Name) -> Option<&'a ddl::Column> {
    table.columns.iter().find(|c| same(&c.name, name))
}

/// Column names don't distinguish case.
fn same(a: &Name, b: &Name) -> bool {
    a == b || a.as_text().to_lowercase() == b.as_text().to_lowercase()
}
