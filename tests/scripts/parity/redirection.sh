#=== output to a file and back
echo a >f; cat f
echo b >f; cat <f
echo c >>f; cat f
#=== a redirection anywhere in a command
>f echo a b
echo >>f c d
cat <f
#=== a redirection alone makes an empty file
echo x >f
>f
wc -c <f | tr -d ' '
: >g; [ -f g ] && echo g
#=== errors to a file
sh -c 'echo e >&2' 2>f
cat f
#=== both streams to one file
{ echo out; echo err >&2; } >f 2>&1
cat f
#=== the order of duplications matters
{ echo out; echo err >&2; } 2>&1 >f | sed 's/^/pipe: /'
cat f
#=== swapping stdout and stderr
{ echo out; echo err >&2; } 3>&1 1>&2 2>&3 3>&- 2>/dev/null | cat
#=== numbered descriptors for a whole group
{ echo a >&3; echo b; } 3>f
cat f
#=== exec keeps a descriptor open
exec 3>f
echo one >&3
echo two >&3
exec 3>&-
cat f
#=== exec reads line by line from a descriptor
printf '1\n2\n3\n' >f
exec 4<f
read -r a <&4; read -r b <&4
exec 4<&-
echo $a $b
#=== exec replaces stdout
exec 5>&1 >f
echo hidden
exec >&5 5>&-
echo shown; cat f
#=== input for a loop, output of a loop
printf 'x\ny\n' >in
while read -r l; do echo "$l$l"; done <in >out
cat out
#=== two loops share a descriptor
printf '1\n2\n3\n' >f
{ read -r a; while read -r l; do echo "$a:$l"; done; } <f
#=== a here-document with expansions
x=val
cat <<E
$x ${x}s $(echo sub) $((1+2)) \$x "quoted" 'single' back\\slash
E
#=== a here-document without expansions
x=val
cat <<'E'
$x $(echo sub) \$x
E
cat <<\E
$x
E
cat <<"E E"
$x
E E
#=== a here-document with tabs removed
if true; then
	cat <<-E
		one
	two
	 three
	E
fi
#=== two here-documents one after the other
cat <<A; cat <<B
a
A
b
B
#=== a here-document for a loop
while read -r a b; do echo "$b $a"; done <<E
1 one
2 two
E
#=== a here-document in a function
f() { cat <<E
[$1]
E
}
f a; f b
#=== a here-document with a joined line
cat <<E
a \
b
E
#=== an empty here-document
cat <<E
E
echo $?
#=== a here-document in a pipeline
cat <<E | tr a-z A-Z
text
E
#=== descriptors by their path
{ echo out > /dev/stdout; echo err > /dev/stderr; } 2>&1 | sort
cat /dev/stdin <<E
here
E
echo x | cat /dev/fd/0
{ cat /dev/fd/4; } 4<<E
four
E
x=$(echo kept >/dev/fd/1); echo $x
[ -e /dev/fd/7 ] || echo closed
[ -f /dev/stdin ] </etc/passwd && echo file
echo | { [ -p /dev/stdin ] && echo pipe; }
#=== here-documents for a descriptor
cat <<E /dev/fd/3 3<<F
E
three
F
#=== a here-document with blank lines and leading blanks
cat <<E

  two

E
#=== a redirection that fails stops its command only
cat 2>/dev/null </none/file || echo no input
{ echo b; } 2>/dev/null >/none/file || echo c
#=== the target of a redirection is expanded
d=dir; mkdir $d
echo x >$d/f"1"
cat dir/f1
echo y >"$d/a b"; cat "dir/a b"
#=== noclobber
set -C
echo a >f
(echo b >f) 2>/dev/null || echo refused
echo c >|f; cat f
echo d >>f; cat f
set +C
echo e >f; cat f
#=== reading and writing one descriptor
echo hello >f
exec 3<>f
read -r x <&3
echo "$x"; echo more >&3
exec 3>&-
cat f
#=== redirections of an if, a case and a subshell
if true; then echo a; fi >f1
case x in x) echo b;; esac >f2
(echo c) >f3
cat f1 f2 f3
#=== a redirection inside overrides the one outside
{ echo a; echo b >g; } >f
cat f g
#=== a closed descriptor cannot be written
(echo a >&-) 2>/dev/null; echo $?
#=== output of commands without a shell in between
printf 'b\na\n' | sort >f
cat f
#=== /dev/null swallows and is empty
echo a >/dev/null
cat </dev/null
wc -c </dev/null | tr -d ' '
#=== stderr goes down the pipe with stdout
sh -c 'echo out; echo err >&2' 2>&1 | sort
#=== append through two descriptors keeps the order
exec 3>>f 4>>f
echo 1 >&3; echo 2 >&4; echo 3 >&3
exec 3>&- 4>&-
cat f
