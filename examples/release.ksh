#!/usr/bin/env weir
# Packs files into a release: a checked version, an archive, its manifest. Stops at the first failure.
#
#     examples/release.ksh [--dry-run] VERSION FILE...
set -e

die() { echo "release: $*" >&2; exit 2; }

describe() {                      # a record for one file
  local file=$1 sum
  sha256sum < $file | read -r sum _
  entry={name: ${file##*/}, bytes: $(($(wc -c < $file))), sha256: ${sum[0:12]}}
}

dry_run=false
if [[ ${1:-} == --dry-run ]]; then dry_run=true; shift; fi
(($# >= 2)) || die "usage: release.ksh [--dry-run] VERSION FILE..."
version=$1 files=[] total=0
shift
[[ $version =~ ^(\d+)\.(\d+)\.(\d+)$ ]] || die "$version is not a version such as 1.4.0"
archive=dist/release-$version.tar.gz
[[ ! -e $archive ]] || die "$archive exists: a release is never made twice"

work=$(mktemp -d)
trap 'rm -rf $work $work.tar.gz' EXIT
trap 'echo "release: line $LINENO failed, nothing was published" >&2' ERR

for file in "$@"; do
  cp $file $work
  describe $file
  push files $entry
  ((total += entry[bytes]))
done
manifest={version: $version, major: $((MATCH[1])), total: $total, files: $files}
tojson $manifest > $work/manifest.json
tar -C $work -czf $work.tar.gz .
if [[ $dry_run == true ]]; then echo "would write $archive: $manifest"; exit; fi
mkdir -p dist
mv $work.tar.gz $archive
echo "wrote $archive: ${#files} files, $total bytes"
