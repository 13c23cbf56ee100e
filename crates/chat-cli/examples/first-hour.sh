#!/bin/sh
# The first hour with chatctl: a profile, a check of it, a list of accounts that is muted by a job
# which is interrupted and resumed, an export, and an error code explained.
#
# It starts an emulator of its own, so it needs neither an app nor a key. chatctl must be in PATH:
#
#     sh crates/chat-cli/examples/first-hour.sh
#
# Everything is written to a temporary directory, also the profile.
set -eu

directory=$(mktemp -d)
cd "$directory"
export XDG_CONFIG_HOME="$directory"
unset CHAT_ENDPOINT CHAT_IDENTIFIER CHAT_PROFILE CHAT_REGION CHAT_SDKAPPID CHAT_SECRET_KEY

step() {
    printf '\n== %s\n' "$1"
}

# Waits until a command succeeds.
wait_for() {
    attempts=0
    until "$@" 2>/dev/null; do
        attempts=$((attempts + 1))
        test "$attempts" -lt 600 || { echo "gave up waiting for: $*" >&2; exit 1; }
        sleep 0.1
    done
}

step 'A server on this machine, which takes 200 ms to mute accounts'
cat >latency.json <<EOF
{"rules": [
    {"endpoint": "group_open_http_svc/forbid_send_msg", "fault": {"latency": {"millis": 200}}}
]}
EOF
chatctl emulator --quiet --faults latency.json --output json >ready.json &
emulator=$!
trap 'kill "$emulator" 2>/dev/null || true; wait 2>/dev/null; rm -rf "$directory"' EXIT
wait_for grep -q url ready.json
url=$(sed -n 's/.*"url":"\([^"]*\)".*/\1/p' ready.json)
echo "it listens on $url"

step 'A profile, and whether it works'
printf %s emulator-secret-key >key
chmod 600 key
chatctl profile add local --endpoint "$url" --sdkappid 1400000000 \
    --identifier administrator --secret-key-file "$directory/key"
chatctl profile use local
chatctl doctor

step 'Groups, and accounts in one of them'
chatctl group create stage --type AVChatRoom --name Stage
chatctl group create hall --type Public --name Hall
chatctl api account multiaccount-import --accounts peter,leckie >imported.json
chatctl group add hall peter leckie

step 'A list of 20,000 accounts to mute, interrupted'
awk 'BEGIN { for (number = 1; number <= 20000; number++) print "viewer" number }' >list.txt
chatctl group mute stage --members-file list.txt --for 1h --dry-run
chatctl group mute stage --members-file list.txt --for 1h --journal mute.journal --concurrency 1 &
job=$!
some_done() {
    test "$(chatctl bulk show mute.journal --jq .summary.done)" -gt 0
}
wait_for some_done
kill -TERM "$job"
exit_code=0
wait "$job" || exit_code=$?
echo "the job ended with exit code $exit_code"

step 'The same job, resumed'
chatctl bulk show mute.journal
chatctl bulk resume mute.journal --concurrency 16
chatctl bulk show mute.journal --jq '"done: \(.summary.done)"'

step 'An export'
chatctl group export hall --to hall.jsonl
wc -l hall.jsonl

step 'An error, and what it means'
chatctl group show nowhere || echo "the exit code is $?"
chatctl explain 10010

printf '\nThat was the first hour.\n'
