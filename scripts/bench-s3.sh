#!/usr/bin/env bash
# How fast an object is read over the network: dumpstream verify and aws s3 cp against nginx on this machine, which serves a
# folder as S3 does in path style (HEAD, ranges, ETag, If-Match), without looking at signatures.
#
#   scripts/bench-s3.sh [MiB]     default 4096, in a folder below TMPDIR; needs nginx (or NGINX=path) and a release build
set -euo pipefail
. "$(dirname "$0")/lib.sh"
mib=${1:-4096}
nginx=${NGINX:-$(command -v nginx || true)}
[ -n "$nginx" ] || fail "no nginx: apt-get install nginx-light, or NGINX=path"
program=$top/target/release/dumpstream
[ -x "$program" ] || fail "no $program: cargo build --release -p dumpstream-cli"

dir=$(mktemp -d)
server=
stop() { [ -z "$server" ] || { kill "$server" && wait "$server" || true; } 2>/dev/null; }
trap 'stop; rm -rf "$dir"' EXIT
mkdir -p "$dir/root/dumps" "$dir/logs"
port=${PORT:-8399}
# Text that the parser reads as one does a dump with large binary columns: long rows, few fields.
python3 - "$dir/root/dumps/d.sql" "$mib" <<'PY'
import os, sys
row = "(%d,x'" + "0123456789abcdef" * 4096 + "')"
with open(sys.argv[1], "w") as f:
    f.write("-- MySQL dump 10.13  Distrib 8.0.36\n--\n-- Host: h    Database: d\n-- Server version\t8.0.36\n\n"
            "CREATE TABLE `t` (`id` int NOT NULL, `b` longblob, PRIMARY KEY (`id`));\n")
    for n in range(int(sys.argv[2])):
        f.write("INSERT INTO `t` VALUES " + ",".join(row % (n * 16 + i) for i in range(16)) + ";\n")
    f.write("\n-- Dump completed on 2026-01-31 23:59:59\n")
PY
conf() {
    cat >"$dir/conf" <<CONF
worker_processes 1; pid $dir/pid; error_log $dir/logs/error; daemon off; master_process off; user $(id -un);
events { worker_connections 256; }
http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; client_body_temp_path $dir/b; proxy_temp_path $dir/p;
  fastcgi_temp_path $dir/f; uwsgi_temp_path $dir/u; scgi_temp_path $dir/s;
  server { listen 127.0.0.1:$port; root $dir/root; $1 } }
CONF
    stop
    "$nginx" -c "$dir/conf" -p "$dir" >"$dir/logs/out" 2>&1 </dev/null &
    server=$!
    sleep 1
}
export AWS_EC2_METADATA_DISABLED=true AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=y AWS_REGION=us-east-1 AWS_ENDPOINT_URL=http://127.0.0.1:$port
bytes=$(stat -c %s "$dir/root/dumps/d.sql")
timed() {
    local what=$1 start end
    shift
    start=$(date +%s.%N)
    "$@" >"$dir/out" 2>"$dir/err" || { cat "$dir/err"; fail "$what failed"; }
    end=$(date +%s.%N)
    printf '   %-58s %6.2f s  %7.1f MB/s  %s\n' "$what" "$(echo "$end - $start" | bc)" \
        "$(echo "$bytes / 1000000 / ($end - $start)" | bc -l)" "$(grep -o 'memory .*' "$dir/err" || true)"
}
cat "$dir/root/dumps/d.sql" >/dev/null
say "$mib MiB, no limit"
conf ""
timed "dumpstream verify of the file" "$program" verify "$dir/root/dumps/d.sql" --progress none
for n in 1 8 ""; do
    timed "dumpstream verify s3://, ${n:-auto} connections" "$program" verify s3://dumps/d.sql --progress none ${n:+--connections "$n"}
done
if have aws; then timed "aws s3 cp - > /dev/null" aws s3 cp --quiet s3://dumps/d.sql -; fi
say "limit_rate 80m for each connection"
conf "limit_rate 80m;"
for n in 1 16 ""; do
    timed "dumpstream verify s3://, ${n:-auto} connections" "$program" verify s3://dumps/d.sql --progress none ${n:+--connections "$n"}
done
if have aws; then timed "aws s3 cp - > /dev/null" aws s3 cp --quiet s3://dumps/d.sql -; fi
