#!/bin/sh
# The service behind every proxy: an nginx with static files, which the console runs as a pod. Over TLS it answers by itself.
echo "$POD_IP" >"@work@/pod-ip"
echo $$ >"@work@/pod-pid"
cat >nginx.conf <<END
daemon off;
pid nginx.pid;
user @user@;
worker_processes 1;
error_log stderr;
events { worker_connections 8192; }
http {
  access_log off;
  keepalive_requests 100000000;
  open_file_cache max=10;
  client_body_temp_path t; proxy_temp_path t; fastcgi_temp_path t; uwsgi_temp_path t; scgi_temp_path t;
  server {
    listen $POD_IP:8000 backlog=4096;
    listen $POD_IP:8443 ssl http2 backlog=4096;
    http2_max_concurrent_streams 256;
    ssl_certificate @work@/cert.pem;
    ssl_certificate_key @work@/key.pem;
    ssl_protocols TLSv1.2 TLSv1.3;
    root @work@/files;
  }
}
END
exec "@nginx@" -p "$PWD" -c "$PWD/nginx.conf" -e stderr
