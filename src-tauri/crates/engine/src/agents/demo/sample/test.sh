#!/bin/sh
# Runs postage.sh for some weights and compares the prices.
failed=0

check() {
  price=$(sh postage.sh "$1")
  if [ "$price" = "$2" ]; then
    echo "ok: $1 g cost $2 cents"
  else
    echo "FAILED: $1 g cost $price cents instead of $2"
    failed=1
  fi
}

check 20 95
check 50 95
check 400 160
check 501 549
check 2000 549
check 5000 1049

exit $failed
