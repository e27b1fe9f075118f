//! Asks a server how it is, each second, on a connection of its own.

use super::lane::{self, Lane};
use super::throttle::{Lag, Limits, Reading};
use crate::error::{Error, Result};
use crate::target::connect::Connector;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Row};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};

/// How often it is asked.
pub(super) const INTERVAL: Duration = Duration::from_secs(1);
/// How long an answer may take; one that takes longer is none.
const ANSWER_TIME: Duration = Duration::from_secs(5);

/// Where a server tells how far replicas are behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LagSource {
    /// Aurora, on any instance of the cluster: its readers, in milliseconds.
    Aurora(&'static str),
    /// A replica: itself, in seconds.
    Replica(&'static str),
}

const AURORA: [&str; 2] = [
    "SELECT MAX(replica_lag_in_milliseconds) FROM information_schema.replica_host_status",
    "SELECT MAX(replica_lag_in_msec) FROM mysql.ro_replica_status",
];
/// MariaDB's with several sources, MySQL from 8.0.22, and everybody else's.
const REPLICA: [&str; 3] = ["SHOW ALL SLAVES STATUS", "SHOW REPLICA STATUS", "SHOW SLAVE STATUS"];
const BEHIND: [&str; 2] = ["Seconds_Behind_Source", "Seconds_Behind_Master"];

/// A server that is asked.
pub(super) struct Monitor {
    connector: Arc<Connector>,
    charset: Arc<str>,
    limits: Limits,
    lag: Option<LagSource>,
    conn: Option<Conn>,
}

impl Monitor {
    /// Connects, and makes sure that there are answers.
    pub(super) async fn open(connector: Arc<Connector>, charset: Arc<str>, limits: Limits) -> Result<Self> {
        let mut monitor = Self { connector, charset, limits, lag: None, conn: None };
        let mut conn = monitor.connect().await?;
        if limits.lag.is_some() {
            monitor.lag = Some(lag_source(&mut conn).await?);
        }
        monitor.conn = Some(conn);
        Ok(monitor)
    }

    async fn connect(&self) -> Result<Conn> {
        let mut conn = self.connector.connect().await?;
        let greeted = Lane::greet(&mut conn, &self.charset).await;
        greeted.map_err(|e| Error::target("the target can't be asked how it is").caused_by(lane::plain(e)))?;
        Ok(conn)
    }

    /// Tells what the server says until nobody listens; `None` where it says nothing.
    pub(super) async fn run(mut self, told: mpsc::Sender<Option<Reading>>) {
        let mut ticks = interval_at(Instant::now() + INTERVAL, INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let reading = self.ask().await;
            if told.send(reading).await.is_err() {
                return;
            }
        }
    }

    /// What the server says; `None` if that is nothing.
    pub(super) async fn ask(&mut self) -> Option<Reading> {
        timeout(ANSWER_TIME, self.read()).await.ok().flatten()
    }

    async fn read(&mut self) -> Option<Reading> {
        let mut conn = match self.conn.take() {
            Some(conn) => conn,
            None => self.connect().await.ok()?,
        };
        let mut reading = Reading::default();
        if let Some(source) = self.lag {
            reading.lag = Some(lag(&mut conn, source).await.ok()??);
        }
        if self.limits.threads_running.is_some() {
            let sql = "SHOW GLOBAL STATUS LIKE 'Threads_running'";
            let row: Option<(String, u64)> = conn.query_first(sql).await.ok()?;
            reading.threads_running = Some(row?.1);
        }
        self.conn = Some(conn);
        Some(reading)
    }
}

/// Finds out where the server tells of its replicas' lag.
async fn lag_source(conn: &mut Conn) -> Result<LagSource> {
    let mut refused = None;
    let sources = AURORA.map(LagSource::Aurora).into_iter().chain(REPLICA.map(LagSource::Replica));
    for source in sources {
        match lag(conn, source).await {
            Ok(Some(Lag::Behind(_))) => return Ok(source),
            Ok(Some(Lag::Stopped)) => {
                return Err(Error::target(
                    "the target is a replica whose replication doesn't run, so its lag is unknown",
                )
                .hint("start it (START REPLICA), or leave --max-lag out"));
            }
            Ok(None) => {}
            // ER_SPECIFIC_ACCESS_DENIED_ERROR, ER_TABLEACCESS_DENIED_ERROR
            Err(mysql_async::Error::Server(e)) if matches!(e.code, 1227 | 1142) => {
                if e.code == 1227 {
                    refused.get_or_insert(e);
                }
            }
            // No such table, unknown statement: another kind of server.
            Err(mysql_async::Error::Server(_)) => {}
            Err(e) => return Err(Error::target("the target can't be asked for its lag").caused_by(lane::plain(e))),
        }
    }
    Err(match refused {
        Some(e) => Error::target("the account may not ask the target how far it is behind")
            .caused_by(lane::plain(mysql_async::Error::Server(e)))
            .hint("grant it REPLICATION CLIENT (REPLICA MONITOR on MariaDB), or leave --max-lag out"),
        None => Error::target("the target is neither a replica nor an Aurora cluster, so --max-lag can't work there")
            .hint("leave it out; --max-threads-running and --rate work on every server"),
    })
}

/// How far replicas are behind: the one that is most. `None` where that server has none to tell of.
async fn lag(conn: &mut Conn, source: LagSource) -> Result<Option<Lag>, mysql_async::Error> {
    let sql = match source {
        LagSource::Aurora(sql) => {
            let row: Option<Option<f64>> = conn.query_first(sql).await?;
            let behind = Duration::from_secs_f64(row.flatten().unwrap_or_default().max(0.0) / 1e3);
            return Ok(Some(Lag::Behind(behind)));
        }
        LagSource::Replica(sql) => sql,
    };
    let rows: Vec<Row> = conn.query(sql).await?;
    let mut most = None;
    for row in &rows {
        let column = row.columns_ref().iter().position(|c| BEHIND.iter().any(|b| c.name_str() == *b));
        let seconds: Option<u64> = column.and_then(|i| row.get_opt(i)).and_then(Result::ok).flatten();
        let Some(seconds) = seconds else { return Ok(Some(Lag::Stopped)) };
        most = most.max(Some(seconds));
    }
    Ok(most.map(|seconds| Lag::Behind(Duration::from_secs(seconds))))
}
