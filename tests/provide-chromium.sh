#!/bin/sh
# The browser tests need Chromium: use the one that is here, else install one, else say what to do.
set -u
python=$1
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  apt-get update -qq && apt-get install -y -qq chromium fonts-noto-core >/dev/null && exit 0
fi
"$python" -m playwright install chromium >/dev/null 2>&1 && exit 0
echo "No Chromium: the browser tests will not run. Install the package 'chromium', then repeat make test."
[ "${CI:-}" != true ]
