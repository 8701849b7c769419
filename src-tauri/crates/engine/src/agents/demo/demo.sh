#!/bin/sh
# The demo tool: works on Waybill's sample project from a fixed script. Arguments: the prompt's file, the mended program.
# It tells what it does in Waybill's event vocabulary, one JSON object a line.
set -u
prompt=$1
mended=$2

# The text of standard input as the inside of a JSON string, on one line.
json() {
  tr '\n' '\001' | tr -d '\000\002-\037\177' | sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' | sed -e "s/$(printf '\001')/\\\\n/g"
}
say() { printf '{"type":"text","text":"%s"}\n' "$(printf '%s' "$1" | json)"; }
call() { printf '{"type":"tool_call","id":"%s","name":"%s","input":{"command":"%s"}}\n' "$1" shell "$(printf '%s' "$2" | json)"; }
result() { printf '{"type":"tool_result","id":"%s","ok":%s,"output":"%s"}\n' "$1" "$2" "$(printf '%s' "$3" | json)"; }
changed() { printf '{"type":"file_changed","path":"%s","kind":"%s"}\n' "$1" "$2"; }
finish() {
  printf '{"type":"finished","ok":%s,"summary":"%s","agent_session_id":null}\n' "$1" "$(printf '%s' "$2" | json)"
  exit 0
}

printf '{"type":"session_started","agent_session_id":null,"model":null}\n'
say 'This is the demo tool, a script and not an AI. It shows how an issue becomes a branch.'
title=$(sed -n -e 's/^[# ]*//' -e '/./{p;q;}' "$prompt" 2>/dev/null)
say "I was asked: ${title:-nothing}"

if [ -f postage.sh ] && [ -f test.sh ]; then
  call test-before 'sh test.sh'
  if output=$(sh test.sh 2>&1); then result test-before true "$output"; else result test-before false "$output"; fi
  if cmp -s "$mended" postage.sh; then
    say 'The rates are right already, so I only note the request in CHANGES.md.'
  else
    say 'Parcels over 500 g have no rate of their own. I add the two that are missing.'
    cat "$mended" > postage.sh || finish false 'The file postage.sh could not be written.'
    changed postage.sh modified
  fi
else
  say 'This is not the sample project, so I only note the request in CHANGES.md.'
fi

if [ -f CHANGES.md ]; then kind=modified; else kind=added; printf '# Changes\n\n' > CHANGES.md; fi
printf -- '- %s\n' "${title:-a request without words}" >> CHANGES.md || finish false 'The file CHANGES.md could not be written.'
changed CHANGES.md "$kind"

[ -f test.sh ] || finish true 'Noted the request in CHANGES.md.'
call test-after 'sh test.sh'
if output=$(sh test.sh 2>&1); then
  result test-after true "$output"
  finish true 'Heavy parcels have rates of their own now; all tests of the sample project pass.'
fi
result test-after false "$output"
finish false 'The tests still fail.'
