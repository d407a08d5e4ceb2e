// What a kernel with sockets exports beside index.ts: the socket calls that preview 1 does not have. One group for each
// dialect, under a prefix of its own; scripts/steps/offers.ts says which import module a prefix serves. Where two dialects
// have a call of the same name, the types of an application's import decide.
// Source tour: wasi/wamr.ts, then wasi/sock-open.ts.

export {
  sock_get_option as asolo_sock_get_option, sock_set_option as asolo_sock_set_option,
} from "./wasi/sock-own";

export {
  sock_accept_old as wamr_sock_accept, sock_addr_local as wamr_sock_addr_local, sock_addr_remote as wamr_sock_addr_remote,
  sock_bind as wamr_sock_bind, sock_close as wamr_sock_close, sock_connect as wamr_sock_connect, sock_listen as
  wamr_sock_listen, sock_open as wamr_sock_open, sock_recv_from as wamr_sock_recv_from, sock_send_to as wamr_sock_send_to,
} from "./wasi/wamr";
export { sock_addr_resolve as wamr_sock_addr_resolve } from "./wasi/wamr-resolve";
export {
  sock_get_broadcast as wamr_sock_get_broadcast, sock_get_ip_multicast_loop as wamr_sock_get_ip_multicast_loop,
  sock_get_keep_alive as wamr_sock_get_keep_alive, sock_get_linger as wamr_sock_get_linger, sock_get_recv_buf_size as
  wamr_sock_get_recv_buf_size, sock_get_recv_timeout as wamr_sock_get_recv_timeout, sock_get_reuse_addr as
  wamr_sock_get_reuse_addr, sock_get_send_buf_size as wamr_sock_get_send_buf_size, sock_get_send_timeout as
  wamr_sock_get_send_timeout, sock_get_tcp_keep_idle as wamr_sock_get_tcp_keep_idle, sock_get_tcp_keep_intvl as
  wamr_sock_get_tcp_keep_intvl, sock_get_tcp_no_delay as wamr_sock_get_tcp_no_delay,
  sock_set_broadcast as wamr_sock_set_broadcast, sock_set_ip_multicast_loop as wamr_sock_set_ip_multicast_loop,
  sock_set_keep_alive as wamr_sock_set_keep_alive, sock_set_linger as wamr_sock_set_linger, sock_set_recv_buf_size as
  wamr_sock_set_recv_buf_size, sock_set_recv_timeout as wamr_sock_set_recv_timeout, sock_set_reuse_addr as
  wamr_sock_set_reuse_addr, sock_set_send_buf_size as wamr_sock_set_send_buf_size, sock_set_send_timeout as
  wamr_sock_set_send_timeout, sock_set_tcp_keep_idle as wamr_sock_set_tcp_keep_idle, sock_set_tcp_keep_intvl as
  wamr_sock_set_tcp_keep_intvl, sock_set_tcp_no_delay as wamr_sock_set_tcp_no_delay,
} from "./wasi/wamr-options";
export {
  sock_get_ip_multicast_ttl as wamr_sock_get_ip_multicast_ttl, sock_get_ip_ttl as wamr_sock_get_ip_ttl, sock_get_reuse_port as
  wamr_sock_get_reuse_port, sock_get_tcp_fastopen_connect as wamr_sock_get_tcp_fastopen_connect, sock_get_tcp_quick_ack as
  wamr_sock_get_tcp_quick_ack, sock_set_ip_multicast_ttl as wamr_sock_set_ip_multicast_ttl, sock_set_ip_ttl as
  wamr_sock_set_ip_ttl, sock_set_reuse_port as wamr_sock_set_reuse_port, sock_set_tcp_fastopen_connect as
  wamr_sock_set_tcp_fastopen_connect, sock_set_tcp_quick_ack as wamr_sock_set_tcp_quick_ack,
} from "./wasi/wamr-options";
// Options that there is nothing for.
export {
  sock_get_nothing as wamr_sock_get_ipv6_only, sock_set_nothing as wamr_sock_set_ipv6_only,
  sock_set_ip_membership as wamr_sock_set_ip_add_membership, sock_set_ip_membership as wamr_sock_set_ip_drop_membership,
} from "./wasi/wamr-options";

// WasmEdge's: what its plain names have, and the same again under names that end in _v2.
export {
  sock_bind as wasmedge_sock_bind, sock_connect as wasmedge_sock_connect, sock_getlocaladdr as wasmedge_sock_getlocaladdr,
  sock_getpeeraddr as wasmedge_sock_getpeeraddr, sock_open as wasmedge_sock_open, sock_recv_from as wasmedge_sock_recv_from,
  sock_send_to as wasmedge_sock_send_to,
} from "./wasi/wasmedge";
export { sock_accept as wasmedge_sock_accept, sock_recv as wasmedge_sock_recv, sock_send as wasmedge_sock_send } from "./wasi/sock";
export { sock_listen as wasmedge_sock_listen } from "./wasi/wamr";
// What has no second name: older forms, options, names of hosts.
export {
  sock_getlocaladdrOld as wasmedge1_sock_getlocaladdr, sock_getpeeraddrOld as wasmedge1_sock_getpeeraddr, sock_recv_fromOld as
  wasmedge1_sock_recv_from,
} from "./wasi/wasmedge";
export { sock_getsockopt as wasmedge1_sock_getsockopt, sock_setsockopt as wasmedge1_sock_setsockopt } from "./wasi/wasmedge-options";
export { sock_getaddrinfo as wasmedge1_sock_getaddrinfo } from "./wasi/wasmedge-resolve";
// The same call under a name of its own: what a program waits with whose crate was built with the feature "epoll".
export { poll_oneoff as wasmedge1_epoll_oneoff } from "./wasi/poll";
