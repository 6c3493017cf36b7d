#=== fizzbuzz
i=1
while [ $i -le 15 ]; do
  if [ $((i%15)) -eq 0 ]; then echo FizzBuzz
  elif [ $((i%3)) -eq 0 ]; then echo Fizz
  elif [ $((i%5)) -eq 0 ]; then echo Buzz
  else echo $i; fi
  i=$((i+1))
done
#=== rename files by extension
touch a.jpeg b.jpeg 'c d.jpeg'
for f in *.jpeg; do mv -- "$f" "${f%.jpeg}.jpg"; done
ls
#=== parse options by hand
parse() {
  verbose=0 out=
  while [ $# -gt 0 ]; do
    case $1 in
      -v|--verbose) verbose=$((verbose+1));;
      -o) out=$2; shift;;
      --out=*) out=${1#--out=};;
      --) shift; break;;
      -*) echo "bad $1"; return 2;;
      *) break;;
    esac
    shift
  done
  echo "v=$verbose out=$out rest=$*"
}
parse -v -o f a b; parse --out=x -v -v -- -c; parse -z; echo $?
#=== read a configuration
cat >conf <<'E'
# settings
host = example.org
port=8080

name = My Service
E
while IFS='=' read -r k v; do
  case $k in ''|'#'*) continue;; esac
  k=${k% } v=${v# }
  echo "$k -> $v"
done <conf
#=== sum a column
printf 'a 1\nb 2\nc 39\n' >t
s=0
while read -r _ n; do s=$((s+n)); done <t
echo $s
#=== count words of a text
printf 'the cat\nthe dog\n' | tr ' ' '\n' | sort | uniq -c | awk '{print $1, $2}'
#=== a temporary directory that is removed
d=$(mktemp -d)
(trap 'rm -rf "$d"' EXIT; echo x >"$d/f"; cat "$d/f")
[ -d "$d" ] || echo removed
#=== retry until it works
n=0
try() { n=$((n+1)); [ $n -ge 3 ]; }
until try; do echo "attempt $n failed"; done
echo "worked at $n"
#=== a template
name=weir version=1.2
cat <<E >out.conf
[$name]
version = $version
path = \$HOME/$name
E
cat out.conf
#=== a menu by case
for choice in start stop status x; do
  case $choice in
    start|restart) echo starting;;
    stop) echo stopping;;
    stat*) echo running;;
    *) echo "usage: start|stop|status"; break;;
  esac
done
#=== join with a separator
join() { sep=$1; shift; out=$1; shift; for x; do out=$out$sep$x; done; echo "$out"; }
join , a b c; join ' - ' one two
#=== split a path
p=/usr/local/lib/libx.so.1
base=${p##*/} dir=${p%/*} stem=${base%%.*} ext=${base#*.}
echo "$dir $base $stem $ext"
#=== repeat a string
r() { s=; i=0; while [ $i -lt "$2" ]; do s=$s$1; i=$((i+1)); done; echo "$s"; }
r ab 3; r - 10
#=== lower and upper case
echo 'Hello World' | tr A-Z a-z
#=== log to stderr, result to stdout
log() { echo "log: $*" >&2; }
compute() { log working; echo 42; }
r=$(compute 2>log.txt); echo "$r"; cat log.txt
#=== check that programs are there
for c in sh cat no-such-tool; do
  if command -v $c >/dev/null 2>&1; then echo "$c yes"; else echo "$c no"; fi
done
#=== a directory tree
mkdir -p t/a/b t/c; touch t/a/1 t/a/b/2 t/c/3
find t -type f | sort | while read -r f; do echo "${f#t/}"; done
#=== compare two files
printf 'a\nb\n' >x; printf 'a\nc\n' >y
if cmp -s x y; then echo same; else echo differ; fi
diff x y >d || grep '^[<>]' d
#=== the longest line
printf 'a\nlonger line\nbb\n' >t
max= ; while IFS= read -r l; do [ ${#l} -gt ${#max} ] && max=$l; done <t
echo "$max"
#=== reverse the lines
printf '1\n2\n3\n' >t
out=; while read -r l; do out="$l
$out"; done <t; printf %s "$out"
#=== a stack in a string
stack=
push_() { stack="$1:$stack"; }
pop_() { top=${stack%%:*}; stack=${stack#*:}; }
push_ a; push_ b; push_ c; pop_; echo $top; pop_; echo $top
#=== validate a number
isnum() { case $1 in ''|*[!0-9]*) return 1;; *) return 0;; esac; }
for x in 12 a1 '' 0 -3; do if isnum "$x"; then echo "$x yes"; else echo "$x no"; fi; done
#=== die with a message
die() { echo "error: $*" >&2; exit 3; }
(die "no config") 2>&1; echo $?
#=== a lock by mkdir
lock() { mkdir lock.d 2>/dev/null; }
lock && echo got; lock || echo busy; rmdir lock.d; lock && echo again
#=== a csv line
line='x,y z,,w'
while [ -n "$line" ]; do
  case $line in *,*) f=${line%%,*}; line=${line#*,};; *) f=$line line=;; esac
  echo "[$f]"
done
#=== heredoc to a program
sort <<E | head -n 1
pear
apple
E
#=== process each argument or stdin
each() { if [ $# -gt 0 ]; then printf '%s\n' "$@"; else cat; fi | sed 's/^/> /'; }
each a b; echo c | each
#=== seconds to a clock
clock() { printf '%02d:%02d:%02d\n' $(($1/3600)) $(($1%3600/60)) $(($1%60)); }
clock 3661; clock 59
#=== environment for a build
CC=${CC:-cc} CFLAGS=${CFLAGS:--O2}
echo "$CC $CFLAGS -o x x.c"
#=== a nested data file
while read -r user groups; do
  echo "$user:"
  echo "$groups" | tr ' ' '\n' | while read -r g; do echo "  - $g"; done
done <<E
ann dev ops
bob dev
E
#=== a bubble of comparisons
a=3 b=1 c=2
if [ $a -gt $b ]; then t=$a a=$b b=$t; fi
if [ $b -gt $c ]; then t=$b b=$c c=$t; fi
if [ $a -gt $b ]; then t=$a a=$b b=$t; fi
echo $a $b $c
#=== wait for all workers and collect
for i in 1 2 3; do (echo "r$i" >out.$i) & done
wait
cat out.1 out.2 out.3
#=== grep in a condition with else
printf 'PORT=1\n' >.env
if grep -q '^PORT=' .env; then sed -i 's/^PORT=.*/PORT=2/' .env; else echo PORT=2 >>.env; fi
cat .env
#=== xargs with files
printf 'a\nb\n' >l
xargs -n1 echo item <l
#=== a usage message and exit 2
usage() { cat >&2 <<E
usage: ${0##*/} [-h]
E
exit 2; }
(usage) 2>/dev/null; echo $?
