use dumpstream::{options::*, restore, observe::*, stop::Stop};
use std::sync::Arc;
struct P; impl Observer for P { fn event(&self,e:&Event){ match e { Event::Read{..}|Event::Rows{..}=>{}, _=>eprintln!("{}",serde_json::to_string(e).unwrap()) } } }
#[tokio::main] async fn main(){
  let a:Vec<String>=std::env::args().collect();
  let mut o=RestoreOptions::new(a[1].parse().unwrap(),a[2].parse().unwrap());
  for x in &a[3..] { let (k,v)=x.split_once('=').unwrap(); o=match k { "lanes"=>o.lanes(v.parse().unwrap()), "append"=>o.append(true), "block"=>o.block_bytes(v.parse().unwrap()), "indexes"=>o.indexes(v.parse().unwrap()), "method"=>o.method(v.parse().unwrap()),_=>panic!() } }
  let r=restore::restore(o,Arc::new(P),Stop::default()).await;
  println!("{}",serde_json::to_string_pretty(&r.report).unwrap());
  if let Some(e)=r.error { eprintln!("ERR {e} {:?}",e); std::process::exit(1) }
}
