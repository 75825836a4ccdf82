#!/usr/bin/env bash
# pgbench, unthrottled, as the legacy application of the migration in bank.yaml: loads and follows it
# while pgbench writes, then compares both stores with SQL that knows nothing of Tandem, and the ids of
# all transactions with those in the outbox.
#
#   deploy/examples/pgbench/run.sh [SCALE] [SECONDS] [CLIENTS] [KILLS]     default: 10 60 4 0
#
# KILLS: so many times the program is killed (SIGKILL) meanwhile, and started again.
# Needs pgbench and psql on the PATH. Exit status 0 only if both stores are equal, the outbox is sound,
# and no transaction is missing in it.
set -euo pipefail
export LC_ALL=C

scale="${1:-10}" seconds="${2:-60}" clients="${3:-4}" kills="${4:-0}"
here="$(cd "$(dirname "$0")" && pwd -P)"
tandem="$here/../../../tandem"
work="$(mktemp -d "${TMPDIR:-/tmp}/tandem-pgbench.XXXXXX")"
program=

say() { printf '%s %s\n' "$(date +%T)" "$*" >&2; }

finish() {
  [ -z "$program" ] || kill "$program" 2> /dev/null || true
  [ -z "$program" ] || wait "$program" 2> /dev/null || true
  "$tandem" dev down --dir "$work/stack" > /dev/null 2>&1 || true
  say "logs are in $work/tandem.log"
}
trap finish EXIT

# One value of the line of JSON that describes the stack.
of() { sed -n "s/.*\"$1\":{\"url\":\"\([^\"]*\)\",\"user\":\"\([^\"]*\)\",\"password\":\"\([^\"]*\)\".*/\\$2/p" "$work/stack.json"; }

say "starting the stack"
"$tandem" dev up --dir "$work/stack" --json > "$work/stack.json"
for store in legacy target; do
  name="$(printf '%s' "$store" | tr a-z A-Z)"
  export "${name}_URL=$(of $store 1)" "${name}_USER=$(of $store 2)" "${name}_PASSWORD=$(of $store 3)"
done
KAFKA="$(sed -n 's/.*"kafka":"\([^"]*\)".*/\1/p' "$work/stack.json")"
REGISTRY="$(sed -n 's/.*"registry":"\([^"]*\)".*/\1/p' "$work/stack.json")"
export KAFKA REGISTRY
legacy() { PGPASSWORD="$LEGACY_PASSWORD" "$@" -U "$LEGACY_USER" -d "${LEGACY_URL#jdbc:}"; }
target() { PGPASSWORD="$TARGET_PASSWORD" "$@" -U "$TARGET_USER" -d "${TARGET_URL#jdbc:}"; }
# pgbench takes host, port and database apart.
bench() {
  local rest="${LEGACY_URL#jdbc:postgresql://}"
  local address="${rest%%/*}" database="${rest#*/}"
  PGPASSWORD="$LEGACY_PASSWORD" pgbench -h "${address%%:*}" -p "${address##*:}" -U "$LEGACY_USER" "$@" "${database%%\?*}"
}

say "pgbench -i -s $scale"
bench -i -q -s "$scale" 2> /dev/null
target psql -q -v ON_ERROR_STOP=1 -f "$here/target.sql"

start() {
  "$tandem" run "$here/bank.yaml" --state "$work/state" >> "$work/tandem.log" 2>&1 &
  program=$!
}
# The slot is there before pgbench writes, so that each of its transactions is streamed.
"$tandem" setup "$here/bank.yaml" > /dev/null 2>> "$work/tandem.log"
begun=$SECONDS
start
say "pgbench -c $clients -T $seconds beside the initial load"
bench -n -c "$clients" -j 2 -T "$seconds" > "$work/pgbench.txt" 2>&1 &
load=$!
for ((i = 0; i < kills; i++)); do
  sleep "$((seconds / (kills + 1))).$((RANDOM % 10))"
  kill -9 "$program"
  wait "$program" 2> /dev/null || true
  say "killed, $((i + 1)) of $kills"
  start
done
wait "$load"
grep -E "number of transactions actually|tps" "$work/pgbench.txt" >&2

# Each store's rows as text in one form, with names and ids made by PostgreSQL itself.
legacy psql -q -c 'CREATE EXTENSION IF NOT EXISTS "uuid-ossp"'
root="'600d4a56-a015-5753-8b63-a8b1258b11eb'"
id() { printf "uuid_generate_v5(uuid_generate_v5(%s, '%s'), %s::text)" "$root" "$1" "$2"; }
digest="md5(string_agg(x::text, '' ORDER BY x::text)), count(*)"
legacy_sql="SELECT 'account', $digest FROM (SELECT $(id account aid), aid, $(id branch bid), (abalance / 100.0)::numeric(12,2) FROM pgbench_accounts) x
UNION ALL SELECT 'teller', $digest FROM (SELECT $(id teller tid), tid, $(id branch bid), (tbalance / 100.0)::numeric(12,2) FROM pgbench_tellers) x
UNION ALL SELECT 'branch', $digest FROM (SELECT $(id branch bid), bid, (bbalance / 100.0)::numeric(12,2) FROM pgbench_branches) x"
target_sql="SELECT 'account', $digest FROM (SELECT account_id, account_number, branch_id, balance FROM bank.account) x
UNION ALL SELECT 'teller', $digest FROM (SELECT teller_id, teller_number, branch_id, balance FROM bank.teller) x
UNION ALL SELECT 'branch', $digest FROM (SELECT branch_id, branch_number, balance FROM bank.branch) x"

say "pgbench has ended; waiting until both stores are equal"
ended=$SECONDS
expected="$(legacy psql -At -c "$legacy_sql")"
while true; do
  found="$(target psql -At -c "$target_sql")"
  [ "$found" != "$expected" ] || break
  if ((SECONDS - ended > 600)) || ! kill -0 "$program" 2> /dev/null; then
    say "NOT equal"
    printf 'expected\n%s\nfound\n%s\n' "$expected" "$found"
    exit 1
  fi
  sleep 1
done
say "equal, $((SECONDS - ended)) s after pgbench ended and $((SECONDS - begun)) s after the start"
printf '%s\n' "$found"

# Each transaction of pgbench wrote one line of history, which bears its id: each of them has to stand
# in the outbox, once, and whole.
"$tandem" outbox "$here/bank.yaml" --domain accounts --transactions "$work/captured.txt"
legacy psql -At -c "SELECT DISTINCT xmin::text FROM pgbench_history" | sort > "$work/committed.txt"
missing="$(sort "$work/captured.txt" | comm -13 - "$work/committed.txt" | wc -l)"
say "transactions of pgbench that are not in the outbox: $missing of $(wc -l < "$work/committed.txt")"
[ "$missing" -eq 0 ]
"$tandem" status "$here/bank.yaml"
"$tandem" divergences "$here/bank.yaml" --open
