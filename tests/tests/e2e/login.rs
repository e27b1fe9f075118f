//! Where a login comes from: which place counts before which, and what of it is ever shown.

use crate::support::{LIMIT, assert_ended, dump_of, file, servers};
use dumpstream_sandbox::Options;
use dumpstream_tests::Result;
use dumpstream_tests::corpus::Dumpstream;
use dumpstream_tests::process::{Ended, run};
use dumpstream_tests::server::TestServer;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

const RIGHT: &str = "right;'\"#pass word";
const WRONG: &str = "wrong-4f1c";

/// Where a password is given, and which.
#[derive(Clone, Copy)]
struct Given {
    url: Option<&'static str>,
    file: Option<&'static str>,
    own_variable: Option<&'static str>,
    clients_variable: Option<&'static str>,
    option_file: Option<&'static str>,
    home: Option<&'static str>,
}

const NOWHERE: Given =
    Given { url: None, file: None, own_variable: None, clients_variable: None, option_file: None, home: None };

fn log_in(server: &TestServer, dump: &Path, given: Given) -> Result<Ended> {
    let dir = tempfile::tempdir()?;
    // As the server's own programs read it.
    let options = |password: &str| {
        format!("[client]\nuser=keeper\npassword=\"{}\"\n", password.replace('\\', "\\\\").replace('"', "\\\""))
    };
    let password = given
        .url
        .map_or_else(String::new, |p| format!(":{}", p.bytes().map(|b| format!("%{b:02X}")).collect::<String>()));
    let user = if given.option_file.or(given.home).is_some() { String::new() } else { format!("keeper{password}@") };
    let url = format!("mysql://{user}127.0.0.1:{}/shop", server.sandbox().port());
    let mut cmd = Dumpstream::built()?.restore(dump, &url, &["-v", "-v"]);
    cmd.env("HOME", dir.path()).env_remove("DUMPSTREAM_PASSWORD").env_remove("MYSQL_PWD");
    if let Some(password) = given.file {
        fs::write(dir.path().join("password"), format!("{password}\n"))?;
        cmd.arg("--password-file").arg(dir.path().join("password"));
    }
    if let Some(password) = given.option_file {
        fs::write(dir.path().join("my.cnf"), options(password))?;
        cmd.arg("--defaults-file").arg(dir.path().join("my.cnf"));
    }
    if let Some(password) = given.home {
        fs::write(dir.path().join(".my.cnf"), options(password))?;
    }
    for (name, password) in [("DUMPSTREAM_PASSWORD", given.own_variable), ("MYSQL_PWD", given.clients_variable)] {
        password.map(|p| cmd.env(name, p));
    }
    let ended = run(&mut cmd, LIMIT)?;
    for said in [ended.stderr_text(), ended.stdout_text()] {
        assert!(!said.contains(RIGHT) && !said.contains(WRONG), "{said}");
    }
    server.sql("DROP DATABASE IF EXISTS shop")?;
    Ok(ended)
}

#[test]
fn a_password_comes_from_the_first_place_that_has_one() -> Result<()> {
    let (_dir, dump) = file("shop.sql", dump_of("CREATE TABLE `t` (`a` int);\nINSERT INTO `t` VALUES (1);"))?;
    for found in servers()? {
        let server = TestServer::start(&found, &Options::default())?;
        let quoted = RIGHT.replace('\'', "''");
        server.sql(&format!("CREATE USER keeper IDENTIFIED BY '{quoted}'; GRANT ALL ON *.* TO keeper"))?;
        let (right, wrong) = (Some(RIGHT), Some(WRONG));
        let all_wrong =
            Given { clients_variable: wrong, option_file: wrong, own_variable: wrong, file: wrong, ..NOWHERE };
        for (what, given) in [
            ("URL", Given { url: right, own_variable: wrong, clients_variable: wrong, ..NOWHERE }),
            ("--password-file", Given { file: right, ..all_wrong }),
            ("DUMPSTREAM_PASSWORD", Given { file: None, own_variable: right, ..all_wrong }),
            ("MYSQL_PWD", Given { file: None, own_variable: None, clients_variable: right, ..all_wrong }),
            ("--defaults-file", Given { option_file: right, home: wrong, ..NOWHERE }),
            ("~/.my.cnf", Given { home: right, ..NOWHERE }),
        ] {
            let ended = log_in(&server, &dump, given)?;
            assert_eq!(ended.status.and_then(|s| s.code()), Some(0), "{what}: {}", ended.stderr_text());
        }
        assert_ended(&log_in(&server, &dump, all_wrong)?, 4, &["denied", "keeper"]);
        assert_ended(&log_in(&server, &dump, NOWHERE)?, 4, &["no password was given", "--password-file"]);
    }
    Ok(())
}

#[test]
fn an_option_file_that_anyone_may_write_is_not_used() -> Result<()> {
    let (_dir, dump) = file("shop.sql", dump_of("CREATE TABLE `t` (`a` int);"))?;
    let (_files, options) = file("my.cnf", "[client]\nuser=root\nhost=127.0.0.1\nport=1\n")?;
    for (mode, words) in [(0o666, &["my.cnf", "every user"][..]), (0o600, &["127.0.0.1:1"])] {
        fs::set_permissions(&options, Permissions::from_mode(mode))?;
        let mut cmd = Dumpstream::built()?.restore(&dump, "mysql:///shop", &["--retries", "0"]);
        cmd.arg("--defaults-file").arg(&options);
        let ended = run(&mut cmd, LIMIT)?;
        for word in words {
            assert!(ended.stderr_text().contains(word), "{mode:o}: {}", ended.stderr_text());
        }
    }
    Ok(())
}
