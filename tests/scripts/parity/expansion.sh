#=== default values for unset and empty names
unset u; e=; v=val
printf '<%s>' "${u-d}" "${u:-d}" "${e-d}" "${e:-d}" "${v-d}" "${v:-d}"
#=== alternative values for unset and empty names
unset u; e=; v=val
printf '<%s>' "${u+a}" "${u:+a}" "${e+a}" "${e:+a}" "${v+a}" "${v:+a}"
#=== assigning defaults
unset u; e=; v=val
printf '<%s>' "${u=1a}" "${e=2a}" "${v=3a}" "$u" "$e" "$v"
unset u
printf '<%s>' "${u:=1a}" "${e:=2a}" "${v:=3a}" "$u" "$e" "$v"
#=== the word of a default is expanded only when it is needed
v=1 n=0
: "${v:-$((n+=1))}" "${v:-$(echo ran >&2)}"
echo $n
#=== defaults nest
unset a b; c=deep
echo "${a:-${b:-$c}}" "${a:-${b:-"x ${c}"}}"
#=== a required value that is there
x=1
echo "${x:?needed}" "${x?needed}"
#=== a missing required value ends the script
(unset x; : "${x:?needed}"; echo not here) 2>/dev/null || echo failed
#=== the number of characters
x=hello e=
echo ${#x} ${#e}
set -- abc de
echo ${#1} ${#2} $#
#=== removing the shortest and the longest suffix
x=file.tar.gz
echo "${x%.*}" "${x%%.*}" "${x%.zip}" "${x%gz}"
#=== removing the shortest and the longest prefix
x=/usr/local/bin
echo "${x#/}" "${x#*/}" "${x##*/}" "${x#/opt}"
#=== basename and dirname by expansion
for p in /a/b/c.txt c.txt ./d/ /e; do echo "${p##*/}|${p%/*}"; done
#=== patterns in trims: classes, question marks, quoted stars
x='a*b*c'
echo "${x#?}" "${x#[a-c]}" "${x#a\*}" "${x##*'*'}" "${x%"*"*}"
#=== a quoted variable as the pattern is literal
x='[a].txt' p='[a]'
echo "${x#"$p"}"
#=== trimming positional parameters
set -- one.c two.h
echo "${1%.c}" "${2%.c}" "${2#t}"
#=== a trim of everything leaves nothing
x=abc
echo "<${x#abc}><${x%%*}><${x##*}>"
#=== braces separate a name from the text behind it
x=a
echo ${x}b "${x}_c" $x-d $x.e
#=== names end where letters, digits and underscores end
a=1 a_1=2 A=3
echo $a-$a_1.$A/$a
#=== positional parameters beyond nine
set -- 1 2 3 4 5 6 7 8 9 ten eleven
echo ${10} ${11} $10
#=== all parameters in quotes, one word each
set -- 'a b' '' c
printf '<%s>' "$@"
#=== text around all parameters joins the first and the last
set -- 1 2 3
printf '<%s>' "a$@b" x"$@"
#=== no parameters give no word, also in quotes
set --
f() { echo $#; }
f "$@"; f a "$@" b
#=== all parameters as one word
set -- a 'b c' d
printf '<%s>' "$*" "x$*y"
#=== for without in goes through the parameters
set -- a 'b c'
for i do echo "[$i]"; done
for i; do echo "($i)"; done
#=== shift drops parameters from the left
set -- a b c d
shift; echo "$@"
shift 2; echo "$@" $#
#=== set replaces the parameters
set -- -x -y; echo $# "$1"
set -- ; echo $#
#=== a command substitution loses its last newlines only
x=$(printf 'a\n\nb\n\n\n')
echo "[$x]"
#=== command substitutions nest
echo $(echo a $(echo b $(echo c)))
#=== quotes inside a quoted substitution stand by themselves
x='a b'
echo "$(echo "$x" "$(printf '%s' "c  d")")"
#=== a substitution in the middle of a word
printf '<%s>' a$(echo b)c "x $(echo y) z"
#=== the status of an assignment is that of its substitution
x=$(false); echo $?
x=$(true); echo $?
x=$(exit 7) || echo $?
#=== a substitution does not change the variables around it
x=1
y=$(x=2; echo $x)
echo $x $y
#=== an exit in a substitution ends only the substitution
x=$(echo a; exit 3; echo b); echo "$x $?"
#=== a case statement in a substitution
x=$(case a in a) echo yes;; (b) echo no;; esac)
echo $x
#=== a here-document in a substitution
x=$(cat <<E
a b
E
)
echo "[$x]"
#=== comments in a substitution
x=$(echo a # ) not the end
echo b)
echo "$x"
#=== a substitution reads a file
printf 'l1\nl2\n' >f
x=$(cat <f); echo "$x"
#=== the status parameter
true; echo $?; false; echo $?; (exit 42); echo $?
#=== the shell's process id is the same in a subshell
[ "$(echo $$)" = "$$" ] && echo same
#=== the option letters hold errexit
set -e
case $- in *e*) echo on;; *) echo off;; esac
set +e
case $- in *e*) echo on;; *) echo off;; esac
#=== assignments see the ones before them
a=1 b=$a c=$b$b
echo $a $b $c
#=== an assignment takes the rest of the word
a=b=c d=-x e=a.b/c
echo $a $d $e
#=== globs are sorted and leave hidden files out
touch b.txt a.txt .hidden c.md 'a b.txt'
printf '<%s>' *.txt
printf '<%s>' *
#=== globs with classes, ranges and negation
touch a1 a2 b1 c1 A1
echo [ab]1 [!a]1 a[0-9] [[:upper:]]*
#=== globs in directories
mkdir -p d/e f
touch d/x d/e/y f/x
echo */x d/*/y */
#=== quoted pattern characters match nothing but themselves
touch 'a*b' aXb
echo 'a*b' a\*b "a*"b a*b
#=== hidden files need a dot in the pattern
touch .a .b c
echo .[ab] *
#=== no patterns are tried with set -f
touch a b
set -f
echo *
set +f
echo *
#=== an assignment is not a pattern
touch a b
x=*
printf '%s\n' "$x"
#=== a range of names from variables and literals
touch 'my file 1' 'my file 2'
p='my file'
for f in "$p"*; do echo "[$f]"; done
