#=== cd and pwd
cd /usr; pwd
cd ..; pwd
cd /usr/bin/..; pwd
#=== cd goes home
mkdir h; HOME=$PWD/h
cd; [ "$PWD" = "$HOME" ] && echo home
#=== cd minus goes back and says where
cd /usr; cd /; cd - ; pwd
#=== cd keeps PWD and OLDPWD
cd /usr; cd /
echo "$PWD $OLDPWD"
#=== cd into nothing fails
cd /no/such/dir 2>/dev/null || echo failed
#=== cd through a symbolic link, logical and physical
mkdir -p real/sub; ln -s real link
base=$PWD
cd link/sub; echo "${PWD#"$base"}"; cd ..; echo "${PWD#"$base"}"
cd "$base"; cd -P link; echo "${PWD#"$base"}"; pwd -P >/dev/null
#=== CDPATH
mkdir -p a/b
CDPATH=$PWD/a
cd b >/dev/null && echo "${PWD##*/}"
#=== read splits into names
echo 'a b c d' >f
read -r x y <f; echo "[$x][$y]"
read -r x y z w v <f; echo "[$x][$w][$v]"
#=== read strips blanks around
echo '   a   b   ' >f
read -r x <f; echo "[$x]"
IFS= read -r x <f; echo "[$x]"
#=== read with another separator
echo 'root:x:0:0::/root' >f
IFS=: read -r name pw uid gid rest <f; echo "$name $uid [$rest]"
#=== read without -r joins lines and drops backslashes
printf 'a\\b\\\nc\n' >f
read x <f; printf '%s\n' "$x"
read -r x <f; printf '%s\n' "$x"
#=== read fails at the end
printf 'a\nb' >f
while read -r x; do echo "$x"; done <f
{ read -r x; read -r x; echo "$? $x"; read -r x; echo "$?"; } <f
#=== read an empty line
echo >f; read -r x <f; echo "$? [$x]"
#=== echo joins by blanks
echo a  b   c; echo; echo 'a  b'
#=== echo without a newline
echo -n a; echo b
#=== printf formats
printf '%s|%5s|%-5s|%05d|%x|%X|%o|%c|%%\n' a b c 42 255 255 8 xyz
#=== printf repeats its format
printf '%s-%s\n' a b c d e
#=== printf escapes
printf 'a\tb\\n\n\101\n'
#=== printf %b
printf '%b' 'a\tb\nc\n'
#=== printf with missing and with no arguments
printf '[%s][%d]\n'
printf 'plain\n'
#=== printf widths from arguments and precision
printf '[%*s][%.2s][%8.3s]\n' 5 a abcdef abcdef
#=== printf numbers: signs, hex, octal
printf '%d %+d %d %d %i\n' -5 5 0x1f 017 7
#=== printf floats
printf '%.2f %5.1f %e\n' 3.14159 2.5 12345.678
#=== export reaches programs
x=1; export x; y=2
sh -c 'echo "$x ${y-unset}"'
#=== export with a value
export A=1 B='two words'
sh -c 'echo "$A $B"'
#=== a prefix assignment is for one program
x=out
x=in sh -c 'echo $x'
echo $x
#=== several prefix assignments
a=1 b=2 sh -c 'echo $a$b'
#=== unset removes a variable
x=1; unset x; echo "${x-gone}"
#=== unset of what is not set is 0
unset nosuch; echo $?
#=== readonly refuses
readonly r=1
(r=2) 2>/dev/null || echo refused
echo $r
#=== set shows positional parameters and shift counts
set -- a b c; shift; echo $# $1
(shift 5) 2>/dev/null || echo too many
#=== getopts
f() {
  OPTIND=1
  while getopts ab:c o; do
    case $o in a) echo a;; b) echo "b=$OPTARG";; c) echo c;; *) echo "?";; esac
  done
  shift $((OPTIND-1)); echo "rest: $*"
}
f -a -b val -c x y; f -abval z; f -- -a; f
#=== getopts with silent errors
while getopts :ab: o -a -x -b; do
  case $o in a) echo a;; \?) echo "unknown $OPTARG";; :) echo "needs $OPTARG";; esac
done
#=== test on strings
[ a = a ]; echo $?; [ a = b ]; echo $?; [ a != b ]; echo $?
[ -z '' ]; echo $?; [ -n '' ]; echo $?; [ x ]; echo $?; [ '' ]; echo $?; [ ]; echo $?
#=== test on numbers
[ 1 -eq 1 ]; echo $?; [ 1 -ne 1 ]; echo $?; [ 2 -gt 10 ]; echo $?; [ 2 -lt 10 ]; echo $?
[ 3 -ge 3 ]; echo $?; [ 3 -le 2 ]; echo $?; [ -5 -lt 0 ]; echo $?; [ 010 -eq 10 ]; echo $?
#=== test on files
touch f; mkdir d; ln -s f l; echo x >s; chmod +x s
for t in -e -f -d -s -x -L -r -w; do for n in f d l s none; do test $t $n && printf '%s%s ' $t $n; done; done
#=== test with negation
[ ! a = b ]; echo $?; [ ! -e none ]; echo $?; [ ! '' ]; echo $?
#=== test with operands that look like operators
[ -n = -n ]; echo $?; [ = = = ]; echo $?; [ '!' = '!' ]; echo $?; [ '(' = '(' ]; echo $?; [ -f ]; echo $?
#=== command -v tells what a name is
command -v cd; f() { :; }; command -v f; command -v no-such-cmd || echo none
case $(command -v ls) in /*/ls) echo path;; esac
#=== command skips functions
echo() { printf 'mine\n'; }
echo; command echo real
#=== umask
umask 027; umask
touch f; ls -l f | cut -c1-10
#=== exit in the middle
echo a; exit 4; echo b
#=== exit without a number keeps the status
(false; exit); echo $?
#=== dot runs a file here
echo 'x=from; return 3; x=no' >inc.sh
. ./inc.sh; echo "$x $?"
#=== dot with functions
printf 'hello() { echo "hi $1"; }\n' >lib.sh
. ./lib.sh
hello you
#=== true and false
true; echo $?; false; echo $?
#=== not found and not executable
no-such-cmd 2>/dev/null; echo $?
touch notexec; ./notexec 2>/dev/null; echo $?
./nofile 2>/dev/null; echo $?
#=== a script without an interpreter line is run by sh
printf 'echo "script $1"\n' >s; chmod +x s; ./s a
#=== programs are found in PATH
mkdir bin; printf '#!/bin/sh\necho tool "$@"\n' >bin/tool; chmod +x bin/tool
PATH=$PWD/bin:$PATH
tool a b
#=== PATH for one command
mkdir bin; printf '#!/bin/sh\necho tool\n' >bin/tool; chmod +x bin/tool
PATH=$PWD/bin:$PATH tool
tool 2>/dev/null || echo gone
#=== kill -0 asks
kill -0 $$ && echo alive
#=== exec replaces the shell
exec sh -c 'echo new; exit 3'
echo no
#=== type and hash know programs
hash sh; echo $?
type sh >/dev/null; echo $?; type no-such-cmd >/dev/null 2>&1 || echo no
