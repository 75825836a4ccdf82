# A stack with pgbench as its legacy application, for the scripts beside: sourced, with `scale` set.
# Needs pgbench and psql on the PATH.
here="$(cd "$(dirname "$0")" && pwd -P)"
tandem="$here/../../../tandem"
work="$(mktemp -d "${TMPDIR:-/tmp}/tandem-pgbench.XXXXXX")"
program=
load=

say() { printf '%s %s\n' "$(date +%T)" "$*" >&2; }

finish() {
  [ -z "$load" ] || kill "$load" 2> /dev/null || true
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
legacy psql -q -c 'CREATE EXTENSION IF NOT EXISTS "uuid-ossp"'

start() {
  "$tandem" run "$here/bank.yaml" --state "$work/state" >> "$work/tandem.log" 2>&1 &
  program=$!
}

# Dies as a machine does, and comes back.
kill_and_start() {
  kill -9 "$program"
  wait "$program" 2> /dev/null || true
  start
}
# The slot is there before pgbench writes, so that each of its transactions is streamed.
"$tandem" setup "$here/bank.yaml" > /dev/null 2>> "$work/tandem.log"

# Each store's rows in one form, with names and ids made by PostgreSQL itself; of all rows of a table
# a sum of hashes, and their number.
root="'600d4a56-a015-5753-8b63-a8b1258b11eb'"
id() { printf "uuid_generate_v5(uuid_generate_v5(%s, '%s'), %s::text)" "$root" "$1" "$2"; }
digest="sum(hashtextextended(x::text, 0)::numeric), sum(hashtextextended(x::text, 1)::numeric), count(*)"
legacy_sql="SELECT 'account', $digest FROM (SELECT $(id account aid), aid, $(id branch bid), (abalance / 100.0)::numeric(12,2) FROM pgbench_accounts) x
UNION ALL SELECT 'teller', $digest FROM (SELECT $(id teller tid), tid, $(id branch bid), (tbalance / 100.0)::numeric(12,2) FROM pgbench_tellers) x
UNION ALL SELECT 'branch', $digest FROM (SELECT $(id branch bid), bid, (bbalance / 100.0)::numeric(12,2) FROM pgbench_branches) x"
target_sql="SELECT 'account', $digest FROM (SELECT account_id, account_number, branch_id, balance FROM bank.account) x
UNION ALL SELECT 'teller', $digest FROM (SELECT teller_id, teller_number, branch_id, balance FROM bank.teller) x
UNION ALL SELECT 'branch', $digest FROM (SELECT branch_id, branch_number, balance FROM bank.branch) x"

# Waits until both stores are equal; the legacy one must not be written any more.
await_equal() {
  local expected found begun=$SECONDS
  expected="$(legacy psql -At -c "$legacy_sql")"
  while true; do
    found="$(target psql -At -c "$target_sql")"
    [ "$found" != "$expected" ] || break
    if ((SECONDS - begun > 1200)) || ! kill -0 "$program" 2> /dev/null; then
      say "NOT equal"
      printf 'expected\n%s\nfound\n%s\n' "$expected" "$found"
      exit 1
    fi
    sleep 1
  done
  printf '%s\n' "$found"
}
