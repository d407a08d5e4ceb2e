// An HTTP server on std::net alone: accepts on the socket that is open from the start, descriptor 3, and answers one client after
// another; a connection is kept while its client has requests, and others wait that long. docs/rust.md says how it is built.
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::FromRawFd;

const FIRST_SOCKET: i32 = 3;
const LINE_MAX: u64 = 8192;

fn main() -> io::Result<()> {
    // The first of --tcplisten; nothing else has this descriptor.
    let listener = unsafe { TcpListener::from_raw_fd(FIRST_SOCKET) };
    println!("ready");
    for (number, connection) in listener.incoming().enumerate() {
        if let Err(error) = serve(&connection?, number + 1) {
            eprintln!("connection {}: {error}", number + 1);
        }
    }
    Ok(())
}

/// Answers each request of a connection.
fn serve(connection: &TcpStream, number: usize) -> io::Result<()> {
    let mut input = BufReader::new(connection);
    while let Some(request) = read_line(&mut input)? {
        while read_line(&mut input)?.is_some_and(|header| !header.is_empty()) {}
        let mut words = request.split(' ');
        let (method, path) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        match (method, path) {
            ("GET", "/") => answer(connection, "200 OK", &format!("Hello from Rust, connection {number}\n"))?,
            ("GET", _) => answer(connection, "404 Not Found", "there is only /\n")?,
            _ => answer(connection, "405 Method Not Allowed", "GET, please\n")?,
        }
    }
    Ok(())
}

/// The next line without its end; None at the end of input.
fn read_line(input: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = String::new();
    let mut limited = io::Read::take(input, LINE_MAX);
    if limited.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    if !line.ends_with('\n') {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a line that is cut short or too long"));
    }
    Ok(Some(line.trim_end().to_string()))
}

fn answer(mut connection: &TcpStream, status: &str, body: &str) -> io::Result<()> {
    write!(connection, "HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}
