#!/bin/sh
# The service behind every proxy, which the console runs as a pod: Redis for requests, and iperf3 for bulk.
echo "$POD_IP" >"@work@/pod-ip"
echo $$ >"@work@/pod-pid"
redis-server --bind "$POD_IP" --port 6379 --protected-mode no --save "" --maxclients 12000 --tcp-backlog 4096 --timeout 0 &
redis=$!
iperf3 -s -B "$POD_IP" -p 5201 >/dev/null &
iperf=$!
trap 'kill $redis $iperf' TERM
wait
