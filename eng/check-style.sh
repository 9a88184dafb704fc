#!/usr/bin/env bash
# Checks the form of the sources: formatting, lengths of lines and files, the scripts of the page. Changes nothing.
#   eng/check-style.sh         about a minute
#   eng/check-style.sh --all   also every rule of .editorconfig with "dotnet format", two minutes more
# "dotnet csharpier format ." formats the C# files.
set -euo pipefail
cd "$(dirname "$0")/.."
case "${1:-}" in
  "" | --all) ;;
  *) echo "usage: eng/check-style.sh [--all]" >&2; exit 2 ;;
esac
eng/setup.sh

max_columns=$(sed -n 's/^max_line_length = \([0-9]*\)$/\1/p' .editorconfig)
max_lines=400
status=0

dotnet csharpier check . || status=1

mapfile -t files < <(git ls-files --cached --others --exclude-standard -- \
  '*.cs' '*.js' '*.mjs' '*.ts' '*.sh' .ci/run ':!*/lib/*')
if LC_ALL=C.UTF-8 grep -nE "^.{$((max_columns + 1)),}" "${files[@]}" | cut -c 1-160; then
  echo "style: these lines have more than $max_columns characters" >&2
  status=1
fi
if wc -l "${files[@]}" | grep -v ' total$' | awk -v max="$max_lines" '$1 > max' | grep .; then
  echo "style: these files have more than $max_lines lines" >&2
  status=1
fi

node eng/check-page.mjs || status=1

dotnet restore FlowMatrix.slnx -v quiet --nologo
if [ "${1:-}" = --all ]; then
  dotnet format FlowMatrix.slnx --no-restore --verify-no-changes || status=1
else
  dotnet format whitespace FlowMatrix.slnx --no-restore --verify-no-changes || status=1
fi

[ "$status" = 0 ] || echo "style: see above" >&2
exit "$status"
