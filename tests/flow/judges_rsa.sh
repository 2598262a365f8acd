#!/bin/bash
# Story: the same judges, and gpgsm with them, over a hierarchy of RSA keys; see judges.sh.
exec "$(dirname "$0")/judges.sh" rsa
