# What `ruby` does with its arguments: ruby.wasm as a library initialises and evaluates, but has no main program.
# Evaluated by start.wat at the end of _start; leaves by exit!, which flushes nothing, so that is done here.
status = 0
begin
  case ARGV.first
  when '-v', '--version' then puts RUBY_DESCRIPTION
  when '-e'
    ARGV.shift
    eval(ARGV.shift.to_s, TOPLEVEL_BINDING, '-e')
  when nil, '-'
    ARGV.shift
    eval($stdin.read, TOPLEVEL_BINDING, '-')
  else
    $0 = ARGV.shift
    eval(File.read($0), TOPLEVEL_BINDING, $0)
  end
rescue SystemExit => e
  status = e.status
rescue Exception => e
  $stderr.puts e.full_message(highlight: false)
  status = 1
end
$stdout.flush
$stderr.flush
exit! status
