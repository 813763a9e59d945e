#!/usr/bin/env bash
# Takes two clients that others wrote, each from its registry, through the script that simcord plays with them.
# What it installs goes into the folder that is given, or else below target/.
set -euo pipefail
cd "$(dirname "$0")"
scratch=${1:-../../target/clients}
mkdir -p "$scratch"
scratch=$(cd "$scratch" && pwd)
export npm_config_cache=$scratch/npm npm_config_update_notifier=false PIP_CACHE_DIR=$scratch/pip PIP_DISABLE_PIP_VERSION_CHECK=1

missing=()
command -v node >/dev/null && command -v npm >/dev/null || missing+=(nodejs npm)
python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3 python3-venv)
if ((${#missing[@]})); then
  apt-get update -qq && apt-get install -y -qq "${missing[@]}"
fi

# Installs only what has changed: the marker is what was installed last.
changed() { ! cmp -s "$1" "$2"; }

mkdir -p "$scratch/discord-js" "$scratch/discord-py"
cp discord-js/{package.json,package-lock.json,bot.mjs} "$scratch/discord-js/"
if changed discord-js/package-lock.json "$scratch/discord-js/installed"; then
  (cd "$scratch/discord-js" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
  cp discord-js/package-lock.json "$scratch/discord-js/installed"
fi
if changed discord-py/requirements.txt "$scratch/discord-py/installed"; then
  python3 -m venv --clear "$scratch/discord-py/venv"
  "$scratch/discord-py/venv/bin/pip" install --quiet --requirement discord-py/requirements.txt
  cp discord-py/requirements.txt "$scratch/discord-py/installed"
fi

# With the features of the workspace, so that nothing is built that its tests have built already.
cargo build --quiet --locked --workspace --example foreign
foreign=${CARGO_TARGET_DIR:-../../target}/debug/examples/foreign

# The last line says of whom it speaks: `discord.js 14.28.1: 28 steps hold`.
play() {
  local name=$1
  shift
  printf '\n%s\n' "$name"
  "$foreign" "$@" | sed "\$s/^/$name: /"
}

js=$(node -p "require('$scratch/discord-js/node_modules/discord.js/package.json').version")
py=$("$scratch/discord-py/venv/bin/python" -c 'import discord; print(discord.__version__)')
play "discord.js $js" node "$scratch/discord-js/bot.mjs"
play "discord.py $py" "$scratch/discord-py/venv/bin/python" -B discord-py/bot.py
