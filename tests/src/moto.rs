//! moto: AWS's services, near enough, on this machine.

use crate::Result;
use crate::paths::workspace;
use std::env;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Environment variable that names the folder of a Python with moto and boto3, as `python -m venv` makes one.
pub const MOTO_VAR: &str = "DUMPSTREAM_MOTO";

/// What a machine without moto is told.
const MISSING: &str = "no moto (AWS's stand-in): scripts/setup.sh test installs it into .cache/moto";

/// Longest that it may take to start, on a machine that is busy with others.
const START_LIMIT: Duration = Duration::from_secs(60);

/// A running moto with nothing in it. Ends when dropped.
#[derive(Debug)]
pub struct Moto {
    child: Child,
    port: u16,
    venv: PathBuf,
}

impl Moto {
    /// Starts one. Without moto here, that is said, and there is none.
    pub fn start() -> Result<Option<Self>> {
        let venv = env::var_os(MOTO_VAR).map_or_else(|| workspace().join(".cache/moto"), PathBuf::from);
        if !venv.join("bin/moto_server").is_file() {
            eprintln!("skipped: {MISSING}");
            return Ok(None);
        }
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        // Its script names the folder that it was installed in, which may have been moved.
        let mut cmd = Command::new(venv.join("bin/python"));
        cmd.args(["-m", "moto.server", "-H", "127.0.0.1", "-p", &port.to_string()]).stdin(Stdio::null());
        let child = cmd.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let mut moto = Self { child, port, venv };
        let start = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            if let Some(status) = moto.child.try_wait()? {
                return Err(format!("moto ended at once: {status}").into());
            }
            if start.elapsed() > START_LIMIT {
                return Err("moto did not start in time".into());
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(Some(moto))
    }

    /// What to give as the endpoint.
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Sets what a program needs to use it, and keeps it away from everything else.
    pub fn environment(&self, cmd: &mut Command) {
        cmd.env("AWS_ENDPOINT_URL", self.endpoint())
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_DEFAULT_REGION", "us-east-1")
            .env_remove("AWS_PROFILE")
            .env_remove("AWS_SESSION_TOKEN");
    }

    /// Runs Python with boto3 as `boto3`, and a client for S3 as `s3`.
    pub fn python(&self, script: &str) -> Result<String> {
        let mut cmd = Command::new(self.venv.join("bin/python"));
        let script = format!("import boto3, json, sys\ns3 = boto3.client('s3')\n{script}");
        self.environment(cmd.args(["-c", &script]).stdin(Stdio::null()));
        let output = cmd.output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
        }
        Ok(String::from_utf8(output.stdout)?)
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
