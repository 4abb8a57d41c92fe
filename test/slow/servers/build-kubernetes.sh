#!/bin/sh
# Builds the API server of Kubernetes and etcd into .cache/, for `npm run test:slow`. Needs Go, 3 GB and half an hour on one core.
set -eu
version=1.34.4
home=$(cd "$(dirname "$0")/../../.." && pwd)/.cache/kubernetes-$version
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
export GOMODCACHE="$work/mod" GOCACHE="$work/cache" GOFLAGS=-buildvcs=false CGO_ENABLED=0
cd "$work"
go mod init kubernetes
go mod edit -require="k8s.io/kubernetes@v$version"
tree=$(go mod download -json "k8s.io/kubernetes@v$version" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
# Its own tree has its parts beside it; they are published as modules of their own.
for part in $(grep -oE 'k8s\.io/[a-z0-9-]+ => \./staging' "$tree/go.mod" | cut -d' ' -f1); do go mod edit -replace="$part=$part@v0.${version#1.}"; done
cat >tools.go <<'GO'
//go:build tools

package tools

import (
	_ "go.etcd.io/etcd/server/v3"
	_ "k8s.io/kubernetes/cmd/kube-apiserver"
)
GO
go mod tidy -e
mkdir -p "$home"
go build -o "$home/kube-apiserver" k8s.io/kubernetes/cmd/kube-apiserver
go build -o "$home/etcd" go.etcd.io/etcd/server/v3
