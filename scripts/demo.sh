#!/usr/bin/env bash
# Restores the bundled dump into a throwaway server with dumpstream and with the plain client, compares the two, and asks
# the data a question. Everything it starts is gone when it ends; what it writes is below target/demo.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$top"

dump=demo/sakila.sql.zst
out=target/demo
report=$out/report.json
mkdir -p "$out"
rm -f "$out"/*

say "Building dumpstream, optimised (minutes the first time, nothing after that)"
cargo build --release --quiet -p dumpstream-cli
program=${CARGO_TARGET_DIR:-target}/release/dumpstream

printf '\n'
say "The dump"
note "$dump, $(wc -c <"$dump") bytes, just as mariadb-dump wrote it:"
zstd -dc "$dump" | grep -m 3 -E '^-- (MariaDB dump|Host|Server)' | sed 's/^-- /     /' || true

printf '\n'
say "dumpstream restore $dump --to sandbox --verify content"
"$program" restore "$dump" --to sandbox:mariadb --verify content --keep --report "$report" </dev/null &
restore=$!
# Killed outright, so that it doesn't talk into the end of the demo: the server and its files go with it all the same.
trap 'kill -KILL $restore 2>/dev/null || true; wait $restore 2>/dev/null || true' EXIT
# With --keep the server stays until we end it; the report appears when the restore is over.
until [ -s "$report" ]; do
    kill -0 $restore 2>/dev/null || { wait $restore || fail "the restore failed"; }
    sleep 0.1
done
port=$(grep -o -- '--port=[0-9]*' "$report" | head -n 1)
[ -n "$port" ] || fail "$report does not say where the server is"
# The summary is printed after the report is there.
sleep 0.3
server=(--no-defaults --host=127.0.0.1 "$port" --user=root)
ask() { mariadb "${server[@]}" --default-character-set=utf8mb4 "$@"; }

printf '\n'
say "Is it right? The plain client loads the same dump, beside it, as sakila_client"
start=$(date +%s%N)
# The dump names its database, so that name is exchanged on the way.
zstd -dc "$dump" | sed 's/`sakila`/`sakila_client`/g' | ask --comments
note "the plain client took $((($(date +%s%N) - start) / 1000000)) ms"
printf '\n'

definitions() {
    mariadb-dump "${server[@]}" --no-data --routines --triggers --events --skip-comments --skip-dump-date --databases "$1" |
        sed "s/\`$1\`/\`the database\`/g"
}
definitions sakila >"$out/schema-dumpstream.sql"
definitions sakila_client >"$out/schema-client.sql"

tables=$(ask -NB -e "SELECT table_name FROM information_schema.tables
                     WHERE table_schema = 'sakila' AND table_type = 'BASE TABLE' ORDER BY 1")
differing=0
printf '   %-16s %8s %8s   %-10s\n' table client ours checksums
for table in $tables; do
    read -r client ours < <(ask -NB -e "SELECT (SELECT COUNT(*) FROM sakila_client.$table), (SELECT COUNT(*) FROM sakila.$table)")
    sums=$(ask -NB -e "CHECKSUM TABLE sakila_client.$table, sakila.$table" | cut -f 2 | sort -u | wc -l)
    if [ "$client" = "$ours" ] && [ "$sums" = 1 ]; then verdict=equal; else verdict=DIFFERENT differing=$((differing + 1)); fi
    printf '   %-16s %8s %8s   %-10s\n' "$table" "$client" "$ours" "$verdict"
done
if diff -q "$out/schema-client.sql" "$out/schema-dumpstream.sql" >/dev/null; then
    printf '   %-16s %26s\n' definitions "equal, all $(wc -l <"$out/schema-client.sql") lines"
else
    printf '   %-16s %26s\n' definitions "DIFFERENT, see $out/schema-*.sql"
    differing=$((differing + 1))
fi
[ "$differing" = 0 ] || fail "$differing things differ from what the plain client gives"

printf '\n'
say "And it works: which kinds of film earned most, by a view that came with the dump"
ask --table -e "SELECT category, total_sales FROM sakila.sales_by_film_category LIMIT 5" | sed 's/^/   /'

printf '\n'
say "What to try next"
note "$program restore your-dump.sql.gz --to sandbox --keep"
note "    your own dump into a throwaway server that stays until Ctrl-C"
note "$program restore your-dump.sql.gz --to null"
note "    how fast it can be read and parsed, with no server at all"
note "$program restore your-dump.sql.gz --to mysql://you@host/database --dry-run"
note "    what a restore would do, without doing it; without --dry-run, the restore itself"
note "$program restore --help"
note "The report of this run is $report."
