#!/usr/bin/env bash
# Installs what some tests use where it is there: COLMAP. Without it those tests are skipped and say so. Nothing calls this by itself.
set -euo pipefail
if [ "$(id -u)" -ne 0 ]; then exec sudo "$0"; fi
apt-get update
DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends colmap
