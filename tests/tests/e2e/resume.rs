//! Dumps that another run can go on with only by a hair, or not at all: then it has to say so.

use crate::crash::{ARGS, kill_restore};
use crate::support::{LIMIT, code, dump_of, file, restore};
use dumpstream_sandbox::{Flavor, Options};
use dumpstream_tests::Result;
use dumpstream_tests::server::TestServer;
use std::path::Path;

/// A dump's statements, a question, and the answer after an undisturbed run. Another statement and other rows come last,
/// which a run that is killed at the end of the first ones has still to do.
struct Case {
    what: &'static str,
    body: &'static str,
    question: &'static str,
    answer: &'static str,
}

const CASES: &[Case] = &[
    Case {
        what: "a number that the server gave to a row of the run before",
        body: "CREATE TABLE p (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, a int) AUTO_INCREMENT=40;
               INSERT INTO p (a) VALUES (7);
               CREATE TABLE c (p int);
               INSERT INTO c VALUES (LAST_INSERT_ID());",
        question: "SELECT GROUP_CONCAT(p) FROM c",
        answer: "40",
    },
    Case {
        what: "the same by another statement",
        body: "CREATE TABLE p (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, a int) AUTO_INCREMENT=40;
               INSERT INTO p (a) SELECT 7;
               CREATE TABLE c (p int);
               SET @p = LAST_INSERT_ID();
               INSERT INTO c VALUES (@p);",
        question: "SELECT GROUP_CONCAT(p) FROM c",
        answer: "40",
    },
    Case {
        what: "numbers that the server gives to the first rows of a table",
        body: "CREATE TABLE p (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, v varchar(2));
               INSERT INTO p (v) VALUES ('ab'),('d');
               INSERT INTO p (v) VALUES ('e'),('xy');
               CREATE TABLE c (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, v int);
               INSERT INTO c (v) SELECT id FROM p ORDER BY id;",
        question: "SELECT GROUP_CONCAT(id, v ORDER BY id), (SELECT GROUP_CONCAT(id, v ORDER BY id) FROM c) FROM p",
        answer: "1ab,2d,3e,4xy\t11,22,33,44",
    },
    Case {
        what: "a key of a table that is made anew, added while a view waits for it",
        body: "CREATE TABLE m (id int, v int) ENGINE=MyISAM;
               CREATE VIEW w AS SELECT * FROM m;
               ALTER TABLE m ADD KEY k (v);
               INSERT INTO m VALUES (1,2);",
        question: "SELECT COUNT(*), (SELECT COUNT(*) FROM information_schema.statistics WHERE table_name = 'm') FROM m",
        answer: "1\t1",
    },
    Case {
        what: "rows of a table that is made anew, taken away while a view waits for it",
        body: "CREATE TABLE m (id int) ENGINE=MyISAM;
               CREATE VIEW w AS SELECT * FROM m;
               INSERT INTO m VALUES (1);
               TRUNCATE TABLE m;
               INSERT INTO m VALUES (2);",
        question: "SELECT GROUP_CONCAT(id ORDER BY id) FROM m",
        answer: "2",
    },
    Case {
        what: "a table that can't be rolled back, made by a SELECT",
        body: "CREATE TABLE m ENGINE=MyISAM AS SELECT 1 AS a;
               INSERT INTO m VALUES (2);",
        question: "SELECT GROUP_CONCAT(a ORDER BY a) FROM m",
        answer: "1,2",
    },
    Case {
        what: "rows that a trigger writes and nobody can take back",
        body: "CREATE TABLE l (a int) ENGINE=MyISAM;
               CREATE TABLE t (a int PRIMARY KEY) ENGINE=InnoDB;
               CREATE TRIGGER g AFTER INSERT ON t FOR EACH ROW INSERT INTO l VALUES (NEW.a);
               INSERT INTO t VALUES (1),(2);
               INSERT INTO t SELECT 3;",
        question: "SELECT GROUP_CONCAT(a ORDER BY a) FROM l",
        answer: "1,2,3",
    },
    Case {
        what: "rows that a function writes",
        body: "CREATE TABLE t (a int) ENGINE=InnoDB;
               DELIMITER ;;
               CREATE FUNCTION f() RETURNS int DETERMINISTIC MODIFIES SQL DATA BEGIN INSERT INTO t VALUES (1); RETURN 1; END ;;
               DELIMITER ;
               SELECT f();
               DO f();",
        question: "SELECT GROUP_CONCAT(a ORDER BY a) FROM t",
        answer: "1,1",
    },
    Case {
        what: "a table that changes its engine",
        body: "CREATE TABLE t (a int) ENGINE=InnoDB;
               INSERT INTO t VALUES (1);
               ALTER TABLE t ENGINE=MyISAM;
               INSERT INTO t VALUES (2);",
        question: "SELECT GROUP_CONCAT(a ORDER BY a) FROM t",
        answer: "1,2",
    },
    Case {
        what: "tables that change places",
        body: "CREATE TABLE a (i int); CREATE TABLE b (i int);
               INSERT INTO a VALUES (1); INSERT INTO b VALUES (2);
               RENAME TABLE a TO tmp, b TO a, tmp TO b;",
        question: "SELECT a.i, b.i FROM a, b",
        answer: "2\t1",
    },
    Case {
        what: "a partition and a table that change places",
        body: "CREATE TABLE a (i int) PARTITION BY RANGE (i) (PARTITION p VALUES LESS THAN (10));
               CREATE TABLE b (i int);
               INSERT INTO a VALUES (1); INSERT INTO b VALUES (2);
               ALTER TABLE a EXCHANGE PARTITION p WITH TABLE b;",
        question: "SELECT a.i, b.i FROM a, b",
        answer: "2\t1",
    },
    Case {
        what: "a value that is made up once and used twice",
        body: "SET @u = UUID();
               CREATE TABLE p (u char(36)); INSERT INTO p VALUES (@u);
               CREATE TABLE c (u char(36)); INSERT INTO c VALUES (@u);",
        question: "SELECT COUNT(*), SUM(p.u = c.u) FROM p, c",
        answer: "1\t1",
    },
];

/// Where runs are killed.
const PLACES: [&str; 3] = ["after-statement", "before-commit", "after-commit"];

/// Goes on after a run that was killed. False if the run refuses to, for good.
fn goes_on(path: &Path, url: &str, what: &str) -> Result<bool> {
    let ended = restore(path, url, &[ARGS, &["--resume"]].concat())?;
    let said = ended.stderr_text();
    match code(&ended) {
        Some(0) => Ok(true),
        Some(4) if said.contains("restore anew") => Ok(false),
        // It was killed after its last step.
        Some(4) if said.contains("already holds") => Ok(true),
        _ => Err(format!("{what}: {said}").into()),
    }
}

/// Kills a run of each case at every place, and goes on: the result is that of an undisturbed run, or it is refused.
fn same_or_refused(flavor: Flavor) -> Result<()> {
    let mut wrong = Vec::new();
    if let Some(found) = TestServer::find(flavor)? {
        let server = TestServer::start(&found, &Options::default())?;
        let url = server.url(Some("shop"));
        for Case { what, body, question, answer } in CASES {
            let body = format!("{body}\nCREATE TABLE z (i int);\nINSERT INTO z VALUES (1);\nUPDATE z SET i = 2;\n");
            let (_dir, path) = file("shop.sql", dump_of(&body))?;
            let mut ask = |at: &str| -> Result<()> {
                let got = server.sql(&format!("USE shop; {question}; SELECT GROUP_CONCAT(i) FROM z"))?;
                if got.trim() != format!("{answer}\n2") {
                    wrong.push(format!("{}: {what}, {at}: {got:?}", found.flavor()));
                }
                Ok(())
            };
            let ended = restore(&path, &url, ARGS)?;
            assert_eq!(code(&ended), Some(0), "{what}: {}", ended.stderr_text());
            ask("undisturbed")?;
            let (mut same, mut refused) = (0, 0);
            for place in PLACES {
                for n in 1.. {
                    server.reset()?;
                    let at = format!("{place}:{n}");
                    if !kill_restore(&path, &url, ARGS, Some(&at), LIMIT)? {
                        break;
                    }
                    match goes_on(&path, &url, &format!("{what}, {at}"))? {
                        true => {
                            same += 1;
                            ask(&at)?;
                        }
                        false => refused += 1,
                    }
                }
            }
            server.reset()?;
            println!("{}: {what}: {same} gone on with, {refused} refused", found.flavor());
            assert!(same + refused > 3, "{what}: only {same} and {refused} runs were killed");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

#[test]
fn the_result_is_that_of_an_undisturbed_run_or_a_refusal_on_mariadb() -> Result<()> {
    same_or_refused(Flavor::MariaDb)
}

#[test]
fn the_result_is_that_of_an_undisturbed_run_or_a_refusal_on_mysql() -> Result<()> {
    same_or_refused(Flavor::MySql)
}
