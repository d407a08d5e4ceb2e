// Every fixed maximum of the kernel, and why it is what it is. Nothing grows at run time.

/** 4 KiB, the unit of page tables and of the frame pool. */
export const PAGE_SIZE: u32 = 4096;
/** 64 KiB, the unit of a WebAssembly memory. */
export const WASM_PAGE_SIZE: u32 = 65536;
/** 2 MiB, the large page of x86-64. */
export const LARGE_PAGE_SIZE: u32 = 0x200000;
/** The kernel's own memory: statics, then the frame pool, up to the image. */
export const KERNEL_START: u32 = 0x100000;
export const KERNEL_END: u32 = 0x200000;

/** Ranges in the memory map, before they are merged. BIOS maps have at most 128; modules come on top. */
export const MEMORY_RANGES_MAX: u32 = 192;
/** Entries read of a monitor's memory map; more is a broken map, as a dropped reservation would be unsafe. */
export const MEMORY_MAP_ENTRIES_MAX: u32 = 128;
/** Boot modules whose memory is left alone. */
export const BOOT_MODULES_MAX: u32 = 32;
/** Bytes of one command line; what QEMU and Firecracker allow at most. */
export const COMMAND_LINE_MAX: u32 = 4096;

/** Bytes of input held for the application; a power of two. */
export const INPUT_RING_SIZE: u32 = 4096;
/** Bytes copied at a time between application memory and a device. */
export const BOUNCE_SIZE: u32 = 4096;
/** Vectors in one read or write; what POSIX systems allow (IOV_MAX). */
export const IO_VECTORS_MAX: u32 = 1024;
/** Subscriptions in one poll_oneoff. They are read one at a time, so this bounds time, not memory. */
export const SUBSCRIPTIONS_MAX: u32 = 4096;
/** Deadlines waited for at the same time. */
export const DEADLINES_MAX: u32 = 16;

/** Directories that are open for the application from the start. */
export const PREOPENS_MAX: u32 = 32;
/** Directories that the host shares; each is a device, and a preopened directory. */
export const SHARES_MAX: u32 = 16;
/** Open descriptors, the standard streams and preopened directories among them: a thousand connections and some files. */
export const DESCRIPTORS_MAX: u32 = 1280;
/** Listening sockets that are open for the application from the start. */
export const LISTENERS_MAX: u32 = 16;
/** Bytes of one name and of one path, as on Linux. */
export const NAME_MAX: u32 = 255;
export const PATH_MAX: u32 = 4096;
/** Symbolic links followed in one path, as on Linux. */
export const LINKS_MAX: u32 = 40;

/** PCI functions looked at; q35 with everything has a dozen. */
export const PCI_FUNCTIONS_MAX: u32 = 256;
/** virtio-mmio devices named on the command line or by ACPI; QEMU's microvm has 32 at most. */
export const MMIO_DEVICES_MAX: u32 = 64;
/** Virtio devices in use: the 63 that a manifest can declare, a console, a source of entropy and some spare. */
export const VIRTIO_DEVICES_MAX: u32 = 72;
/** Disks; what a manifest can declare. */
export const DISKS_MAX: u32 = 63;
/** Requests to disks in flight or not yet asked for, of all disks; and how many of them an application may hold back. */
export const DISK_REQUESTS_MAX: u32 = 64;
export const DISK_TICKETS_MAX: u32 = 48;

/** Network devices in use: each takes more than half a MiB for its frames. */
export const NICS_MAX: u32 = 8;
/** Network interfaces, the loopback among them. */
export const NETWORK_INTERFACES_MAX: u32 = 8;
/** Buffers for packets: datagrams waiting for the application, copies waiting for a device, fragments. 256 KiB in all. */
export const PACKET_BUFFERS_MAX: u32 = 128;
/** Bytes of one packet buffer with its record: an Ethernet frame and change, and two of them fill a page. */
export const PACKET_BUFFER_BYTES: u32 = 2048;
/** Routes, those that the addresses of the interfaces bring along among them. */
export const ROUTES_MAX: u32 = 32;
/** Neighbours whose MAC addresses are remembered. */
export const NEIGHBOURS_MAX: u32 = 64;
/** Packets that wait for a neighbour's MAC address: of all, and of one neighbour. */
export const UNRESOLVED_PACKETS_MAX: u32 = 16;
export const UNRESOLVED_PACKETS_OF_ONE_MAX: u32 = 4;
/** Paths whose MTU is known to be smaller than the interface's. */
export const PATH_MTUS_MAX: u32 = 32;
/** Packets being put together from fragments, and packet buffers that one may take: 64 KiB come in 45 Ethernet frames. */
export const REASSEMBLIES_MAX: u32 = 4;
export const FRAGMENTS_MAX: u32 = 48;
/** Frames that the loopback interface holds until the next turn. */
export const LOOPBACK_FRAMES_MAX: u32 = 64;
/** UDP sockets, the resolver's and the DHCP client's not counted. */
export const UDP_SOCKETS_MAX: u32 = 128;
/** Packet buffers that one UDP socket's queue may hold: more than one datagram of the largest size. */
export const UDP_QUEUE_BUFFERS_MAX: u32 = 48;
/** Names being looked up at the same time. */
export const DNS_QUERIES_MAX: u32 = 8;
/** Name servers asked in turn, and addresses kept of an answer. */
export const DNS_SERVERS_MAX: u32 = 3;
export const DNS_ADDRESSES_MAX: u32 = 8;
/** Device memory up to so many frames comes from the frame pool: a console and a source of entropy need no more. */
export const DEVICE_FRAMES_MAX: u32 = 32;

/** Connections and listening sockets: fewer where there is less memory (net/tcp/memory.ts). */
export const TCP_CONNECTIONS_MAX: u32 = 4096;
/** Bytes that TCP needs at least: some 40 connections that say little. */
export const TCP_MEMORY_MIN: u32 = 131072;
