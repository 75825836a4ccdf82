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

# shellcheck disable=SC2034 # of bank.sh
scale="${1:-10}" seconds="${2:-60}" clients="${3:-4}" kills="${4:-0}"
. "$(dirname "$0")/bank.sh"

begun=$SECONDS
start
say "pgbench -c $clients -T $seconds beside the initial load"
bench -n -c "$clients" -j 2 -T "$seconds" > "$work/pgbench.txt" 2>&1 &
load=$!
for ((i = 0; i < kills; i++)); do
  sleep "$((seconds / (kills + 1))).$((RANDOM % 10))"
  kill_and_start
  say "killed, $((i + 1)) of $kills"
done
wait "$load"
grep -E "number of transactions actually|tps" "$work/pgbench.txt" >&2

say "pgbench has ended; waiting until both stores are equal"
ended=$SECONDS
found="$(await_equal)"
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
