#!/bin/sh
# Which Python runs the project, and how does it get a virtual environment with pip in it?
#
#   sh scripts/venv.sh DIR        PYTHON=/path/to/python sh scripts/venv.sh DIR
#
# A DIR that works is kept. Debian and Ubuntu ship python3 without ensurepip (it is in python3-venv), so `python3 -m venv`
# fails on a machine that has only python3 and pip; there the environment is made without pip, and the pip of the
# machine puts a pip of its own into it.
set -eu

dir=${1:?usage: venv.sh DIR}
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore

fail() {
    printf 'error: %s\n\nhint: %s\n' "$1" "$2" >&2
    exit 1
}

is_recent() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

works() {
    is_recent "$dir/bin/python" && "$dir/bin/python" -m pip --version >/dev/null 2>&1
}

# The first of python3 and its numbered siblings that is 3.11 or later; PYTHON alone counts where it is set.
find_python() {
    for name in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
        if is_recent "$name"; then
            echo "$name"
            return
        fi
    done
    found=$("${PYTHON:-python3}" --version 2>&1) || found="no python3"
    fail "Python 3.11 or later is needed; found: $found" \
        "install one, or name it: make setup PYTHON=/path/to/python3.12"
}

# Puts pip into the environment with any pip there is: `--target` needs no recent pip and no leave of the system.
bootstrap_pip() {
    target=$("$dir/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    for pip in "$python -m pip" "python3 -m pip" pip3 pip; do
        # shellcheck disable=SC2086  # "python -m pip" is meant as several words
        if $pip --version >/dev/null 2>&1 && $pip install --quiet --target "$target" pip && works; then
            return 0
        fi
    done
    return 1
}

if works; then
    exit 0
fi

python=$(find_python)
rm -rf "$dir"
echo "creating $dir with $("$python" --version)"
if said=$("$python" -m venv "$dir" 2>&1) && works; then
    exit 0
fi

rm -rf "$dir"
echo "its venv module brings no pip (no python3-venv?); putting one in with the pip of this machine"
if "$python" -m venv --without-pip "$dir" && bootstrap_pip; then
    exit 0
fi

rm -rf "$dir"
if "$python" -m virtualenv --quiet "$dir" 2>/dev/null && works; then
    exit 0
fi

rm -rf "$dir"
printf '%s\n' "$said" >&2
fail "no virtual environment could be made with $python" \
    "install the venv module or pip (Debian, Ubuntu: apt install python3-venv python3-pip)"
