//! What has to be done to bring a schema to its new state, or back to its old one. Pure: no connection, no clock.
//!
//! [`plan`] starts from what is observed, whatever that is: the steps not yet taken from the beginning, or what is left
//! of them after a crash at any point, in either direction. So the undo of a step is the plan towards the other goal,
//! and finishing an interrupted swap is planning again.

use crate::step::TableName;
use sqldump::Name;
use std::collections::BTreeSet;

/// Kinds of object that don't move with a `RENAME TABLE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Function,
    Procedure,
    Package,
    PackageBody,
    View,
    Event,
    Trigger,
    /// Of a table that isn't there: it names its parent by its schema, and doesn't follow a rename.
    ForeignKey,
}

impl Kind {
    pub(crate) const ALL: [Self; 8] = [
        Self::Function,
        Self::Procedure,
        Self::Package,
        Self::PackageBody,
        Self::View,
        Self::Event,
        Self::Trigger,
        Self::ForeignKey,
    ];

    /// As it is stored and told.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Procedure => "procedure",
            Self::Package => "package",
            Self::PackageBody => "package body",
            Self::View => "view",
            Self::Event => "event",
            Self::Trigger => "trigger",
            Self::ForeignKey => "foreign key",
        }
    }

    pub(crate) fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.name() == name)
    }
}

/// What a session has to be set to for an object to come out as it was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) sql_mode: String,
    pub(crate) character_set_client: String,
    pub(crate) collation_connection: String,
    /// The schema's default when the object was made; empty where that doesn't matter.
    pub(crate) database_collation: String,
    /// Of an event; else empty.
    pub(crate) time_zone: String,
}

/// A view, routine, trigger or event, or a foreign key without its parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Object {
    pub(crate) kind: Kind,
    pub(crate) name: Name,
    /// The table of a trigger or foreign key.
    pub(crate) table: Option<Name>,
    /// The statement that makes it, with the schema as the current database.
    pub(crate) definition: Vec<u8>,
    /// How the server shows it, where that isn't the definition.
    pub(crate) shown: Option<Vec<u8>>,
    pub(crate) settings: Settings,
    pub(crate) definer: String,
    /// A view that can't be read as things stand, and so can't be made anew either.
    pub(crate) broken: bool,
    /// The statements that give the privileges on this routine alone, which end when it is dropped.
    pub(crate) grants: Vec<String>,
}

impl Object {
    fn is(&self, other: &Self) -> bool {
        (self.kind, &self.name) == (other.kind, &other.name)
    }

    /// Whether the server would show both the same.
    fn same(&self, other: &Self) -> bool {
        let shown = |o: &Self| o.shown.clone().unwrap_or_else(|| o.definition.clone());
        // No server keeps the mode in which a view was made.
        let mode = |o: &Self| if o.kind == Kind::View { String::new() } else { o.settings.sql_mode.clone() };
        let settings = |o: &Self| Settings { sql_mode: mode(o), ..o.settings.clone() };
        self.is(other) && settings(self) == settings(other) && shown(self) == shown(other)
    }
}

/// What a schema holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct State {
    /// Its defaults, as CREATE DATABASE takes them.
    pub(crate) options: Vec<u8>,
    /// Tables and sequences.
    pub(crate) tables: Vec<Name>,
    /// In the order in which they can be made.
    pub(crate) objects: Vec<Object>,
}

impl State {
    pub(crate) fn is_empty(&self) -> bool {
        self.tables.is_empty() && self.objects.is_empty()
    }
}

/// One schema of a swap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) live: Name,
    /// Where the new tables come from.
    pub(crate) stage: Name,
    /// Where the old ones go, if there are any.
    pub(crate) kept: Option<Name>,
    /// The live schema was there before.
    pub(crate) existed: bool,
    pub(crate) old: State,
    pub(crate) new: State,
}

/// How things are with a [`Pair`] at some moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct World {
    /// Absent if there is no such schema.
    pub(crate) live: Option<State>,
    pub(crate) stage_tables: BTreeSet<Name>,
    pub(crate) stage_triggers: Vec<Name>,
    pub(crate) kept_tables: BTreeSet<Name>,
}

/// Where to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Goal {
    New,
    Old,
}

/// One thing to do. Doing it twice does no harm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    CreateSchema {
        schema: Name,
        options: Vec<u8>,
    },
    DropSchema {
        schema: Name,
    },
    AlterSchema {
        schema: Name,
        options: Vec<u8>,
    },
    Drop {
        schema: Name,
        kind: Kind,
        name: Name,
    },
    Create {
        schema: Name,
        object: Object,
    },
    /// All in one statement.
    Rename {
        pairs: Vec<(TableName, TableName)>,
    },
    /// Columns of tables in `within` whose defaults count a sequence of `from` are to count that of their own schema.
    Sequences {
        within: Name,
        from: Name,
    },
    /// Brings a foreign key whose parent is missing to name its own schema.
    ForeignKey {
        schema: Name,
        object: Object,
    },
}

impl World {
    /// Whether every table has moved that has to.
    pub(crate) fn is_renamed(&self, pair: &Pair) -> bool {
        pair.new.tables.iter().all(|t| !self.stage_tables.contains(t))
            && pair.old.tables.iter().all(|t| self.kept_tables.contains(t))
    }

    fn renames(&self, pair: &Pair, goal: Goal) -> Vec<(TableName, TableName)> {
        let at = |schema: &Name, table: &Name| TableName { database: schema.clone(), table: table.clone() };
        let mut renames = Vec::new();
        let olds = pair.old.tables.iter().filter_map(|t| pair.kept.as_ref().map(|kept| (t, kept)));
        let has = |table: &Name| self.live.as_ref().is_some_and(|s| s.tables.contains(table));
        match goal {
            Goal::New => {
                for (table, kept) in olds.filter(|(t, _)| !self.kept_tables.contains(*t)) {
                    renames.push((at(&pair.live, table), at(kept, table)));
                }
                for table in pair.new.tables.iter().filter(|t| self.stage_tables.contains(*t)) {
                    renames.push((at(&pair.stage, table), at(&pair.live, table)));
                }
            }
            Goal::Old => {
                for table in pair.new.tables.iter().filter(|t| !self.stage_tables.contains(*t) && has(t)) {
                    renames.push((at(&pair.live, table), at(&pair.stage, table)));
                }
                for (table, kept) in olds.filter(|(t, _)| self.kept_tables.contains(*t)) {
                    renames.push((at(kept, table), at(&pair.live, table)));
                }
            }
        }
        renames
    }
}

/// The steps from what is there to `goal`, in order.
///
/// Whatever doesn't stay as it is goes before the tables are renamed, and what is to be there in its place comes after:
/// so nobody ever sees an old view or routine over new tables, or the other way round. Triggers come first after the
/// rename, as rows may be written from then on.
pub(crate) fn plan(pairs: &[(Pair, World)], goal: Goal) -> Vec<Step> {
    let (mut before, mut after, mut last) = (Vec::new(), Vec::new(), Vec::new());
    let mut renames = Vec::new();
    for (pair, world) in pairs {
        let mine = world.renames(pair, goal);
        one(pair, world, goal, !mine.is_empty(), &mut before, &mut after, &mut last);
        renames.extend(mine);
    }
    // Of all schemas, so that the time in between is short.
    after.sort_by_key(|s| match s {
        Step::Create { object, .. } if object.kind == Kind::Trigger => 0,
        Step::Create { object, .. } => 3 + object.kind as u8,
        Step::Sequences { .. } => 1,
        _ => 2,
    });
    if !renames.is_empty() {
        before.push(Step::Rename { pairs: renames });
    }
    before.into_iter().chain(after).chain(last).collect()
}

fn one(
    pair: &Pair,
    world: &World,
    goal: Goal,
    moves: bool,
    before: &mut Vec<Step>,
    after: &mut Vec<Step>,
    last: &mut Vec<Step>,
) {
    let schema = &pair.live;
    let wanted = match goal {
        Goal::New => &pair.new,
        Goal::Old => &pair.old,
    };
    let nothing = State::default();
    match &world.live {
        None if goal == Goal::New || pair.existed => {
            before.push(Step::CreateSchema { schema: schema.clone(), options: wanted.options.clone() });
        }
        Some(live) if live.options != wanted.options && (goal == Goal::New || pair.existed) => {
            before.push(Step::AlterSchema { schema: schema.clone(), options: wanted.options.clone() });
        }
        _ => {}
    }
    let current = world.live.as_ref().unwrap_or(&nothing);
    let drop = |o: &Object| Step::Drop { schema: schema.clone(), kind: o.kind, name: o.name.clone() };
    let create = |o: &Object| Step::Create { schema: schema.clone(), object: o.clone() };
    // A trigger goes with its table; and those of one table fire in the order in which they were made.
    let triggers = |state: &'_ State, table: &Option<Name>| -> Vec<Object> {
        state.objects.iter().filter(|o| o.kind == Kind::Trigger && o.table == *table).cloned().collect()
    };
    let triggers_stay = |table: &Option<Name>| {
        let (now, then) = (triggers(current, table), triggers(wanted, table));
        !moves && now.len() == then.len() && now.iter().zip(&then).all(|(n, t)| t.same(n))
    };
    let stays = |o: &Object| match o.kind {
        Kind::Trigger => triggers_stay(&o.table),
        _ => wanted.objects.iter().any(|w| w.same(o)),
    };
    let mut gone: Vec<&Object> = current.objects.iter().filter(|o| o.kind != Kind::ForeignKey && !stays(o)).collect();
    // Its body goes with a package.
    let packages: Vec<Name> = gone.iter().filter(|o| o.kind == Kind::Package).map(|o| o.name.clone()).collect();
    for body in current.objects.iter().filter(|o| o.kind == Kind::PackageBody && packages.contains(&o.name)) {
        if !gone.iter().any(|g| g.is(body)) {
            gone.push(body);
        }
    }
    gone.sort_by_key(|o| {
        // Triggers last: rows that are written until the rename are to fire them.
        match o.kind {
            Kind::Event => 0,
            Kind::View => 1,
            Kind::PackageBody => 2,
            Kind::Trigger => 4,
            _ => 3,
        }
    });
    let in_the_way = |o: &Object| o.kind == Kind::View && wanted.tables.contains(&o.name);
    for object in &gone {
        // A broken view can't be put back, so it stays until nothing can fail any more.
        let late = object.broken && !in_the_way(object);
        if late { &mut *last } else { &mut *before }.push(drop(object));
    }
    let is_late = |o: &Object| gone.iter().any(|g| g.is(o) && g.broken && !in_the_way(g));
    let kept_as_is = |o: &Object| current.objects.iter().any(|c| c.is(o)) && !gone.iter().any(|g| g.is(o));
    for object in wanted.objects.iter().filter(|o| o.kind != Kind::ForeignKey && !kept_as_is(o)) {
        if is_late(object) { &mut *last } else { &mut *after }.push(create(object));
    }
    if goal == Goal::New {
        for name in &world.stage_triggers {
            before.insert(0, Step::Drop { schema: pair.stage.clone(), kind: Kind::Trigger, name: name.clone() });
        }
    }
    let mut own = |state: &State, schema: &Name, from: Option<&Name>| {
        if let Some(from) = from.filter(|_| !state.tables.is_empty()) {
            after.push(Step::Sequences { within: schema.clone(), from: from.clone() });
        }
        for object in state.objects.iter().filter(|o| o.kind == Kind::ForeignKey) {
            after.push(Step::ForeignKey { schema: schema.clone(), object: object.clone() });
        }
    };
    match (goal, &pair.kept) {
        (Goal::New, kept) => {
            own(&pair.new, schema, Some(&pair.stage));
            if let Some(kept) = kept {
                own(&pair.old, kept, Some(schema));
            }
        }
        (Goal::Old, kept) => {
            own(&pair.old, schema, kept.as_ref());
            own(&pair.new, &pair.stage, Some(schema));
        }
    }
    if goal == Goal::Old
        && !pair.existed
        && let Some(live) = &world.live
        && live.tables.iter().all(|t| pair.new.tables.contains(t))
    {
        last.push(Step::DropSchema { schema: schema.clone() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// A server as far as the steps reach, which fails where a real one would.
    #[derive(Debug, Clone, Default, PartialEq)]
    struct Model(BTreeMap<Name, Schema>);

    #[derive(Debug, Clone, Default, PartialEq)]
    struct Schema {
        options: Vec<u8>,
        /// Whether a table is of the old state or of the new one.
        tables: BTreeMap<Name, &'static str>,
        objects: Vec<Object>,
    }

    const LIVE: &str = "shop";
    const STAGE: &str = "shop__dumpstream_new";
    const KEPT: &str = "shop__before_20260131T235959Z";

    impl Model {
        fn schema(&mut self, name: &Name) -> &mut Schema {
            self.0.get_mut(name).unwrap_or_else(|| panic!("no schema {name}"))
        }

        fn apply(&mut self, step: &Step) {
            match step {
                Step::CreateSchema { schema, options } => {
                    let new = Schema { options: options.clone(), ..Schema::default() };
                    assert!(self.0.insert(schema.clone(), new).is_none(), "{schema} was there");
                }
                Step::DropSchema { schema } => {
                    let gone = self.0.remove(schema).unwrap();
                    assert!(gone.tables.is_empty() && gone.objects.is_empty(), "{schema} had something in it");
                }
                Step::AlterSchema { schema, options } => self.schema(schema).options.clone_from(options),
                Step::Drop { schema, kind, name } => {
                    // With IF EXISTS.
                    self.schema(schema).objects.retain(|o| {
                        let body = *kind == Kind::Package && o.kind == Kind::PackageBody;
                        !((o.kind == *kind || body) && o.name == *name)
                    });
                }
                Step::Create { schema, object } => {
                    let schema = self.schema(schema);
                    assert!(!schema.objects.iter().any(|o| o.is(object)), "{object:?} was there");
                    let table = object.table.as_ref().filter(|_| object.kind == Kind::Trigger);
                    assert!(table.is_none_or(|t| schema.tables.contains_key(t)), "no table for {object:?}");
                    assert!(object.kind != Kind::View || !schema.tables.contains_key(&object.name), "a table is there");
                    assert!(!object.broken, "nobody can make {object:?}");
                    schema.objects.push(Object { definition: shown(object), shown: None, ..object.clone() });
                }
                Step::Rename { pairs } => {
                    for (from, to) in pairs {
                        let source = self.schema(&from.database);
                        let table = source.tables.remove(&from.table).unwrap_or_else(|| panic!("no table {from}"));
                        let mut on = source.objects.iter().filter(|o| o.kind == Kind::Trigger);
                        assert!(on.all(|t| t.table.as_ref() != Some(&from.table)), "{from} has triggers");
                        let target = self.schema(&to.database);
                        assert!(target.tables.insert(to.table.clone(), table).is_none(), "{to} was there");
                        let views = target.objects.iter().filter(|o| o.kind == Kind::View);
                        assert!(views.into_iter().all(|v| v.name != to.table), "a view {to} was there");
                    }
                }
                Step::Sequences { within, .. } => {
                    self.schema(within);
                }
                Step::ForeignKey { schema, object } => {
                    let table = object.table.clone().unwrap();
                    assert!(self.schema(schema).tables.contains_key(&table), "no table for {object:?} in {schema}");
                }
            }
        }

        fn world(&self) -> World {
            let tables = |n: &str| -> BTreeSet<Name> {
                self.0.get(&n.into()).map(|s| s.tables.keys().cloned().collect()).unwrap_or_default()
            };
            let triggers =
                |s: &Schema| s.objects.iter().filter(|o| o.kind == Kind::Trigger).map(|o| o.name.clone()).collect();
            World {
                live: self.0.get(&LIVE.into()).map(|s| State {
                    options: s.options.clone(),
                    tables: s.tables.keys().cloned().collect(),
                    objects: s.objects.clone(),
                }),
                stage_tables: tables(STAGE),
                stage_triggers: self.0.get(&STAGE.into()).map(triggers).unwrap_or_default(),
                kept_tables: tables(KEPT),
            }
        }
    }

    fn shown(object: &Object) -> Vec<u8> {
        object.shown.clone().unwrap_or_else(|| object.definition.clone())
    }

    fn object(kind: Kind, name: &str, text: &str) -> Object {
        Object {
            kind,
            name: name.into(),
            table: None,
            definition: text.into(),
            shown: None,
            settings: Settings::default(),
            definer: "root@%".into(),
            broken: false,
            grants: Vec::new(),
        }
    }

    fn start(pair: &Pair) -> Model {
        let schema = |state: &State, which| Schema {
            options: state.options.clone(),
            tables: state.tables.iter().map(|t| (t.clone(), which)).collect(),
            objects: state.objects.iter().map(|o| Object { definition: shown(o), shown: None, ..o.clone() }).collect(),
        };
        let mut model = Model::default();
        if pair.existed {
            model.0.insert(LIVE.into(), schema(&pair.old, "old"));
        }
        model.0.insert(STAGE.into(), schema(&pair.new, "new"));
        if pair.kept.is_some() {
            model.0.insert(KEPT.into(), Schema::default());
        }
        model
    }

    fn steps(pair: &Pair, model: &Model, goal: Goal) -> Vec<Step> {
        plan(&[(pair.clone(), model.world())], goal)
    }

    fn assert_reached(pair: &Pair, model: &Model, goal: Goal) {
        let (wanted, which) = match goal {
            Goal::New => (&pair.new, "new"),
            Goal::Old => (&pair.old, "old"),
        };
        let Some(live) = model.0.get(&LIVE.into()) else {
            assert!(goal == Goal::Old && !pair.existed, "the schema is gone");
            return;
        };
        assert!(goal == Goal::New || pair.existed, "the schema stayed");
        assert_eq!(live.options, wanted.options);
        assert_eq!(live.tables, wanted.tables.iter().map(|t| (t.clone(), which)).collect());
        // The order of triggers says in which they fire.
        let triggers = |objects: &[Object]| {
            let of = |t: &Name| {
                objects
                    .iter()
                    .filter(|o| o.kind == Kind::Trigger && o.table.as_ref() == Some(t))
                    .map(shown)
                    .collect::<Vec<_>>()
            };
            wanted.tables.iter().map(of).collect::<Vec<_>>()
        };
        assert_eq!(triggers(&live.objects), triggers(&wanted.objects));
        let sorted = |objects: &[Object]| {
            let mut all: Vec<_> = objects.iter().filter(|o| o.kind != Kind::ForeignKey).collect();
            all.sort_by_key(|o| (o.kind, o.name.clone()));
            all.into_iter().map(|o| (o.kind, o.name.clone(), shown(o), o.table.clone())).collect::<Vec<_>>()
        };
        assert_eq!(sorted(&live.objects), sorted(&wanted.objects));
    }

    fn state() -> impl Strategy<Value = State> {
        let tables = prop::collection::btree_set("[a-d]", 0..4);
        let objects = prop::collection::btree_map((0..10usize, "[a-e]"), ("[xy]", 0..4usize), 0..8);
        (tables, objects, "[uv]").prop_map(|(tables, objects, options)| {
            let tables: Vec<Name> = tables.iter().map(|t| Name::from(t.as_str())).collect();
            let mut made = Vec::new();
            for ((kind, name), (text, on)) in objects {
                // Triggers more often than the others: their order counts.
                let kind = Kind::ALL[kind.min(6)];
                let mut object = object(kind, &name, &(text + &name));
                match kind {
                    _ if made.iter().any(|m: &Object| m.is(&object)) => continue,
                    Kind::Trigger if tables.is_empty() => continue,
                    Kind::Trigger => object.table = Some(tables[on % tables.len()].clone()),
                    // One name, one table or view.
                    Kind::View if tables.contains(&object.name) => continue,
                    _ => {}
                }
                made.push(object);
            }
            // A body needs its package.
            let packages: Vec<Name> = made.iter().filter(|o| o.kind == Kind::Package).map(|o| o.name.clone()).collect();
            made.retain(|o| o.kind != Kind::PackageBody || packages.contains(&o.name));
            State { options: options.into(), tables, objects: made }
        })
    }

    fn pair() -> impl Strategy<Value = Pair> {
        (state(), state(), any::<bool>()).prop_map(|(old, new, existed)| {
            let old = if existed { old } else { State::default() };
            Pair {
                live: LIVE.into(),
                stage: STAGE.into(),
                kept: (!old.is_empty()).then(|| KEPT.into()),
                existed,
                old,
                new,
            }
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]
        #[test]
        fn wherever_a_swap_stops_both_ends_can_be_reached(pair in pair(), stops in prop::collection::vec((any::<bool>(), 0..30usize), 0..4), goal: bool) {
            let goal_of = |new| if new { Goal::New } else { Goal::Old };
            let mut model = start(&pair);
            for (goal, count) in stops {
                for step in steps(&pair, &model, goal_of(goal)).iter().take(count) {
                    model.apply(step);
                }
            }
            for step in steps(&pair, &model, goal_of(goal)) {
                model.apply(&step);
            }
            assert_reached(&pair, &model, goal_of(goal));
            let again = steps(&pair, &model, goal_of(goal));
            let idle = |s: &Step| matches!(s, Step::Sequences { .. } | Step::ForeignKey { .. })
                || matches!(s, Step::Drop { schema, .. } if *schema == pair.stage);
            prop_assert!(again.iter().all(idle), "{again:?}");
        }
    }

    fn example() -> Pair {
        let trigger = |text| Object { table: Some("t".into()), ..object(Kind::Trigger, "g", text) };
        Pair {
            live: LIVE.into(),
            stage: STAGE.into(),
            kept: Some(KEPT.into()),
            existed: true,
            old: State {
                options: b"latin1".into(),
                tables: vec!["gone".into(), "t".into()],
                objects: vec![
                    object(Kind::View, "changed", "x"),
                    object(Kind::View, "stays", "x"),
                    object(Kind::Procedure, "p", "x"),
                    trigger("x"),
                ],
            },
            new: State {
                options: b"utf8mb4".into(),
                tables: vec!["t".into()],
                objects: vec![
                    Object { shown: Some(b"x".into()), ..object(Kind::View, "stays", "/*!50001 x */") },
                    object(Kind::View, "changed", "y"),
                    object(Kind::Function, "f", "x"),
                    trigger("x"),
                    object(Kind::Event, "e", "x"),
                ],
            },
        }
    }

    #[test]
    fn what_changes_goes_before_the_rename_and_comes_after_it() {
        let pair = example();
        let model = start(&pair);
        let drop = |kind, name: &str| Step::Drop { schema: LIVE.into(), kind, name: name.into() };
        let table = |database: &str, table: &str| TableName { database: database.into(), table: table.into() };
        let create = |at: usize| Step::Create { schema: LIVE.into(), object: pair.new.objects[at].clone() };
        let expected = [
            Step::Drop { schema: STAGE.into(), kind: Kind::Trigger, name: "g".into() },
            Step::AlterSchema { schema: LIVE.into(), options: b"utf8mb4".into() },
            drop(Kind::View, "changed"),
            drop(Kind::Procedure, "p"),
            drop(Kind::Trigger, "g"),
            Step::Rename {
                pairs: vec![
                    (table(LIVE, "gone"), table(KEPT, "gone")),
                    (table(LIVE, "t"), table(KEPT, "t")),
                    (table(STAGE, "t"), table(LIVE, "t")),
                ],
            },
            create(3),
            Step::Sequences { within: LIVE.into(), from: STAGE.into() },
            Step::Sequences { within: KEPT.into(), from: LIVE.into() },
            create(2),
            create(1),
            create(4),
        ];
        assert_eq!(steps(&pair, &model, Goal::New), expected);
    }

    #[test]
    fn a_view_that_cannot_be_made_again_goes_last() {
        let mut pair = example();
        pair.old.objects[0].broken = true;
        let steps = steps(&pair, &start(&pair), Goal::New);
        let at = |wanted: &dyn Fn(&Step) -> bool| steps.iter().position(wanted).unwrap();
        let gone = at(&|s| matches!(s, Step::Drop { kind: Kind::View, .. }));
        let made = at(&|s| matches!(s, Step::Create { object, .. } if object.kind == Kind::View));
        assert!(gone + 1 == made && made + 1 == steps.len(), "{steps:?}");
    }

    #[test]
    fn several_schemas_change_in_one_rename() {
        let first = example();
        let second = Pair {
            live: "crm".into(),
            stage: "crm__dumpstream_new".into(),
            kept: None,
            existed: false,
            old: State::default(),
            new: State { tables: vec!["c".into()], ..State::default() },
        };
        let world = World { stage_tables: ["c".into()].into(), ..World::default() };
        let steps = plan(&[(first.clone(), start(&first).world()), (second, world)], Goal::New);
        let renames: Vec<_> = steps.iter().filter(|s| matches!(s, Step::Rename { .. })).collect();
        let [Step::Rename { pairs }] = renames.as_slice() else { panic!("{steps:?}") };
        assert_eq!(pairs.len(), 4);
        assert!(steps.iter().any(|s| matches!(s, Step::CreateSchema { schema, .. } if *schema == "crm".into())));
    }

    #[test]
    fn kinds_read_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::of(kind.name()), Some(kind));
        }
        assert_eq!(Kind::of("table"), None);
    }
}
