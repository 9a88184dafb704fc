#!/bin/sh
# A pipeline step: fails if the policy does not allow all flows. FLOWS_SOURCE is the source to check; in production
# that is "--analyzer skydive.example.com:8082".
set -eu
flowmatrix check ${FLOWS_SOURCE:---input samples/devstack.json} --policy samples/flows.yaml \
  --report text --report junit=flows.xml --report markdown=flows.md
