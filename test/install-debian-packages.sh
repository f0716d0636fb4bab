#!/usr/bin/env bash
# Installs what some tests run for real: a browser, COLMAP, container engines, a C# compiler. Where one of them is missing, its tests are
# skipped and say so; so on a system that is not Debian's this only says what is left out.
set -euo pipefail
packages=(chromium colmap docker.io podman mono-mcs)
missing=()
for package in "${packages[@]}"; do
  dpkg-query --show --showformat '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then exit 0; fi
if ! command -v apt-get >/dev/null; then
  echo "Not installed, their tests will be skipped: ${missing[*]} (this system has no apt-get)" >&2
  exit 0
fi
as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo --non-interactive "$@"; fi; }
install() {
  as_root apt-get update --quiet=2 &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet=2 --no-install-recommends "${missing[@]}" >/dev/null
}
install || echo "Not installed, their tests will be skipped: ${missing[*]} (apt-get failed, see above)" >&2
