#!/bin/sh
# A pipeline step: fails where the flows are not those of the policy. FLOWS_SOURCE says where to look; in production
# that is "--analyzer skydive.example.com:8082".
set -eu
flowmatrix check ${FLOWS_SOURCE:---input samples/devstack.json} --policy samples/flows.yaml \
  --report text --report junit=flows.xml --report markdown=flows.md
