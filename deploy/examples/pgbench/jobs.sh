#!/usr/bin/env bash
# Backfill and verification of many rows while pgbench writes: a backfill that is paused, resumed and
# killed; another one, which finds nothing to write; a verification of equal stores; and one after rows
# of both stores were changed behind everybody's back.
#
#   deploy/examples/pgbench/jobs.sh [SCALE] [KILLS] [RATE]     default: 50 10 300
#
# SCALE: as of pgbench, 100,000 accounts each. KILLS: so many times the program is killed (SIGKILL)
# during the first backfill, and started again. RATE: transactions of pgbench per second.
# Needs pgbench and psql on the PATH. Exit status 0 only if all of it is as it should be.
set -euo pipefail
export LC_ALL=C

scale="${1:-50}" kills="${2:-10}" rate="${3:-300}"
. "$(dirname "$0")/bank.sh"

spec="$here/bank.yaml"
accounts=$((scale * 100000))
# Faults are planted in accounts that pgbench leaves alone.
cat > "$work/tpcb.sql" << SQL
\set aid random(1001, $accounts)
\set bid random(1, $scale)
\set tid random(1, 10 * $scale)
\set delta random(-5000, 5000)
BEGIN;
UPDATE pgbench_accounts SET abalance = abalance + :delta WHERE aid = :aid;
UPDATE pgbench_tellers SET tbalance = tbalance + :delta WHERE tid = :tid;
UPDATE pgbench_branches SET bbalance = bbalance + :delta WHERE bid = :bid;
END;
SQL

write() {
  bench -n -f "$work/tpcb.sql" -c 2 -j 1 -R "$rate" -T 86400 > "$work/pgbench.txt" 2>&1 &
  load=$!
}

write_no_more() {
  kill "$load"
  wait "$load" 2> /dev/null || true
}

fail() {
  say "$*"
  exit 1
}

# number FILE NAME: the first number of this name in a line of JSON.
number() { grep -o "\"$2\":[0-9.]*" "$1" | head -1 | cut -d: -f2; }
# state FILE
state() { grep -o '"state":"[A-Z]*"' "$1" | head -1 | cut -d'"' -f4; }

status() {
  "$tandem" "$1" "$spec" --domain accounts status --json > "$work/status.json" 2>> "$work/tandem.log" || true
  number "$work/status.json" rows
}

# Rows that were read, of how many, and how long it took.
told() { say "$1: $(state "$3"), $(number "$3" rows) rows in $2 s, $(($(number "$3" rows) / ($2 > 0 ? $2 : 1))) per second"; }

await_compared() {
  local begun=$SECONDS
  until "$tandem" divergences "$spec" --json > "$work/open.json" 2>> "$work/tandem.log" &&
    grep -q '"notCompared":\[\]' "$work/open.json"; do
    ((SECONDS - begun < 3600)) || fail "not compared after an hour"
    sleep 2
  done
}

begun=$SECONDS
start
say "initial load of $accounts accounts"
await_compared
say "loaded and compared in $((SECONDS - begun)) s"

say "backfill while pgbench writes $rate transactions per second; $kills kills"
write
begun=$SECONDS
"$tandem" backfill "$spec" --domain accounts start --why "a drill" --wait --json > "$work/backfill.json" 2>> "$work/tandem.log" &
job=$!
sleep 3
for ((i = 0; i < kills; i++)); do
  if ((i % 3 == 1)); then
    "$tandem" backfill "$spec" --domain accounts pause --why "a drill" > /dev/null 2>> "$work/tandem.log"
    sleep 1
    before="$(status backfill)"
    sleep 3
    [ "$(status backfill)" = "$before" ] || fail "rows were read in a pause"
    kill_and_start
    "$tandem" backfill "$spec" --domain accounts resume > /dev/null 2>> "$work/tandem.log"
  else
    kill_and_start
  fi
  say "killed, $((i + 1)) of $kills, at $(status backfill) rows"
  sleep 10
done
wait "$job" || fail "the backfill ended with $?"
told "first backfill" "$((SECONDS - begun))" "$work/backfill.json"
write_no_more
await_equal

written() {
  sleep 2 # The statistics of PostgreSQL come late.
  target psql -At -c "SELECT n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_user_tables WHERE relname = 'account'"
}
say "backfill again, while nobody writes"
before="$(written)"
begun=$SECONDS
"$tandem" backfill "$spec" --domain accounts start --wait --json > "$work/again.json" 2>> "$work/tandem.log"
told "second backfill" "$((SECONDS - begun))" "$work/again.json"
after="$(written)"
say "writes of the target meanwhile: $((after - before))"
[ "$after" = "$before" ] || fail "the second backfill wrote"

say "verification while pgbench writes"
write
begun=$SECONDS
"$tandem" verify "$spec" --domain accounts start --wait --json > "$work/verify.json" 2>> "$work/tandem.log" || fail "found: $(cat "$work/verify.json")"
told "verification (rows of both stores)" "$((SECONDS - begun))" "$work/verify.json"
write_no_more
await_equal > /dev/null

say "planting 200 faults that nobody captures"
unseen() { # STORE PUBLICATION TABLE STATEMENT...
  local store="$1" publication="$2" table="$3" statements=()
  shift 3
  for each in "ALTER PUBLICATION $publication DROP TABLE $table" "$@" "ALTER PUBLICATION $publication ADD TABLE $table"; do
    statements+=(-c "$each")
  done
  "$store" psql -q -v ON_ERROR_STOP=1 "${statements[@]}"
}
unseen legacy tandem_bank pgbench_accounts \
  "UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid BETWEEN 1 AND 40" \
  "DELETE FROM pgbench_accounts WHERE aid BETWEEN 41 AND 80" \
  "INSERT INTO pgbench_accounts SELECT $accounts + i, 1, 0, '' FROM generate_series(1, 20) i"
unseen target tandem_bank_target bank.account \
  "UPDATE bank.account SET balance = balance + 1 WHERE account_number BETWEEN 101 AND 140" \
  "DELETE FROM bank.account WHERE account_number BETWEEN 141 AND 180" \
  "INSERT INTO bank.account SELECT gen_random_uuid(), $accounts + 1000 + i, NULL, 0 FROM generate_series(1, 20) i"
write
begun=$SECONDS
code=0
"$tandem" verify "$spec" --domain accounts start --wait --json > "$work/found.json" 2>> "$work/tandem.log" || code=$?
told "verification with faults" "$((SECONDS - begun))" "$work/found.json"
write_no_more
kinds="$(grep -o '"divergence":{[^}]*}[^}]*}' "$work/found.json" | head -1)"
say "exit status $code, $kinds"
[ "$code" -eq 1 ] || fail "expected exit status 1"
for each in CAPTURE_LOSS:60 GHOST:40 FIELD_MISMATCH:40 MISSING:40 UNEXPECTED:20; do
  printf '%s' "$kinds" | grep -q "\"${each%%:*}\":${each##*:}[,}]" || fail "expected ${each##*:} of ${each%%:*}"
done
say "all found, and nothing else"
