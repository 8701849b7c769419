#!/bin/sh
# Prints the postage, in cents, for a weight in grams.
grams=$1

if [ "$grams" -le 50 ]; then
  echo 95
elif [ "$grams" -le 500 ]; then
  echo 160
elif [ "$grams" -le 2000 ]; then
  echo 549
else
  echo 1049
fi
