#=== double brackets: strings and patterns
x=file.txt
[[ $x == *.txt ]] && echo glob
[[ $x == "*.txt" ]] || echo literal
[[ $x != *.md && -n $x ]] && echo and
[[ a < b ]] && echo less
[[ b > a ]] && echo more
#=== double brackets: numbers and logic
[[ 3 -lt 20 && ! 3 -gt 20 ]] && echo num
[[ ( 1 -eq 2 || 2 -eq 2 ) && a = a ]] && echo group
[[ -z '' ]] && echo empty
#=== double brackets do not need quotes
x='a b' e=
[[ $x = 'a b' ]] && echo same
[[ -z $e ]] && echo e
[[ $e = '' ]] && echo e2
#=== double brackets: files
touch f; ln -s f l; mkdir d
[[ -f f && -L l && -d d && ! -e n ]] && echo files
[[ f -ef l ]] && echo same
#=== double brackets over lines
if [[ a == a &&
      b == b ]]; then echo ok; fi
#=== a regular expression
[[ abc123 =~ ^[a-z]+[0-9]+$ ]] && echo yes
[[ abc =~ ^[0-9]+$ ]] || echo no
r='^a.c$'; [[ abc =~ $r ]] && echo var
#=== double parentheses
(( 1 + 1 == 2 )) && echo yes
(( 0 )) || echo zero
x=3; (( x++ )); (( x += 2 )); echo $x
#=== arithmetic with increments, power and commas
x=5
echo $((x++)) $x $((++x)) $((x--)) $((--x)) $((2**10)) $((1,2,3)) $((2**3**2)) $((-2**2))
#=== bases
echo $((2#1010)) $((16#ff)) $((8#17)) $((36#z))
#=== the arithmetic for
for ((i=0; i<3; i++)); do echo $i; done
for ((i=0, j=10; i<j; i+=3, j-=3)); do echo "$i $j"; done
for ((;;)); do break; done; echo out
#=== braces
echo {a,b,c} x{1,2}y {1..5} {a..e} {5..1} {1..10..3} {01..03} a{,b}c {a,{b,c}}
#=== braces that are text
echo {} {a} a{b "{a,b}" {1..} '{1..3}'
#=== braces with paths and quotes
echo /usr/{bin,lib} {'a b',c}-x "pre"{1,2}
#=== c quoting
printf '<%s>\n' $'a\tb' $'x\'y' $'\x41\u00e9\101' $'a\\b'
#=== here-strings
cat <<< hello
x='a b'; cat <<< "$x c"
read -r a b <<< '1 2'; echo $b $a
#=== replacement
x=banana
echo ${x/a/o} ${x//a/o} ${x/#b/B} ${x/%a/A} ${x//an/} ${x/z/y}
#=== replacement with patterns and slashes
p=/a/b/c
echo ${p//\//:} ${p/b*/X} "${p//[ab]/_}"
#=== change of case
x='hello World'
echo "${x^}" "${x^^}" "${x,,}" "${x,}"
#=== both streams at once
{ echo out; echo err >&2; } &> f; sort f
{ echo o2; echo e2 >&2; } &>> f; sort f
{ echo o; echo e >&2; } |& sort
#=== a chosen descriptor
exec {fd}>f
echo x >&$fd
exec {fd}>&-
cat f; (( fd >= 10 )) && echo high
#=== process substitution
cat <(echo a) <(echo b)
diff <(printf '1\n2\n') <(printf '1\n3\n')
while read -r l; do echo "[$l]"; done < <(printf 'x\ny\n')
#=== case with fall through
case a in a) echo a;& b) echo b;; c) echo c;; esac
case ab in a*) echo 1;;& *b) echo 2;; *) echo 3;; esac
#=== functions with the keyword
function f { echo "f $1"; }
function g() { echo "g $1"; }
f 1; g 2
#=== local with attributes of the caller restored
x=1; f() { local x=2 y=3; x=4; echo $x $y; }; f; echo $x ${y-unset}
#=== printf into a variable
printf -v x '%03d' 7; echo $x
#=== read options
read -r -n 3 x <<< abcdef; echo $x
read -r -d : x <<< 'a:b'; echo $x
#=== string comparisons with =
x=abc
if [[ $x = a?c ]]; then echo pat; fi
#=== time is a keyword
{ time true; } 2>/dev/null; echo $?
#=== the status of a pipeline with pipefail
set -o pipefail
false | true; echo $?
true | true; echo $?
#=== PIPESTATUS of the last stage
true | false; echo ${PIPESTATUS[1]}
#=== a pipe of both streams
f() { echo o; echo e >&2; }; f |& wc -l | tr -d ' '
#=== a pipe of both streams behind every command
f() { echo o; echo e >&2; }
f |& sort; { f; } |& sort; ( f ) |& sort; sh -c 'echo o; echo e >&2' |& sort; command ls /no.such |& wc -l
if true; then f; fi |& sort; while f; do break; done |& sort; for i in 1; do f; done |& sort
for ((i = 0; i < 1; ++i)); do f; done |& sort; case a in a) f ;; esac |& sort; x=1 f |& sort
f |& while read -r l; do echo "[$l]"; done | sort; f |& f |& sort; { f |& cat; } 2>&1 | sort
#=== a pipe of both streams and redirections
f() { echo o; echo e >&2; }
f 2> /dev/null |& sort; f > /dev/null |& sort; f 2> err |& sort; wc -c < err; f < /dev/null |& sort
#=== append to a variable
x=a; x+=b; x+=c; echo $x
#=== the double star
shopt -s globstar 2>/dev/null || true
mkdir -p a/b/c; touch a/1.t a/b/2.t a/b/c/3.t
echo a/**/*.t
#=== test of a variable's being set
x=; unset y
[[ -v x ]] && echo x; [[ -v y ]] || echo no y
#=== wait -n
(exit 3) & wait -n; echo $?
#=== an ERR trap
trap 'echo "err $?"' ERR
false
if false; then :; fi
(exit 3) || true
sh -c 'exit 4'
#=== command substitution of a file
echo text > f; x=$(< f); echo "$x"
#=== negative and nested arithmetic in indices of text
x=hello; n=${#x}; echo $((n > 3 ? n : 0))
#=== select words with and without quotes in a for
for x in {a,b}{1,2}; do printf '%s ' $x; done
#=== echo -e and -n
echo -e 'a\tb\nc'; echo -n x; echo -en 'y\n'
#=== the source keyword
echo 'echo sourced $1' > s; source ./s arg
#=== a here-document behind a pipe both ways
cat <<E |& cat
x
E
#=== let is double parentheses
x=1; (( x = x * 5 , x++ )); echo $x
#=== trap DEBUG is not needed for RETURN values
f() { return $(( $1 > 2 )); }; f 3; echo $?; f 1; echo $?
#=== exported functions are not needed for pipes
f() { echo "in $1"; }; export -n nothing 2>/dev/null; for i in 1 2; do f $i; done | cat
