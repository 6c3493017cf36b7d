# The builtins that are also programs do what the programs do, and leave to them what they do not know.
#=== basename of odd paths
for p in / // /// a /a a/ /a/ a/b a//b //a//b// '' . .. ./ /. a.c /x/a.c a.c/ .c 'a b/c d' './-n' '*' 'a
b/c'; do
  basename "$p"; basename "$p" .c; basename "$p" c; basename -- "$p"; dirname "$p"; dirname -- "$p"
done
#=== basename -a, -s and -z, and where flags end
basename -a /a/b c.c d/; basename -s .c x.c /y/.c c; basename -as .c x.c -z; basename a.c -- 2>/dev/null || echo refused
basename -za /a/b c | od -An -c; basename --suffix=.c --zero a.c | od -An -c
#=== dirname of several
dirname / /a a/b a//b/ '' -- x/y; dirname -z a/b c | od -An -c
#=== seq of ints
seq 3; seq 2 4; seq 5 -2 0; seq 3 1; seq -2; seq -- -3 -1; seq +1 +2; seq 007; seq 0 0; seq -0 1; seq 1 1 1
seq 9223372036854775806 9223372036854775808 | tail -1
#=== seq of decimals
seq 0.1 0.1 0.5; seq 1 .5 3; seq 1.00 2; seq 1 2.5; seq -0.5 0.25 0.5; seq 1e1 12; seq 0 0.10 0.3; seq 2 -.5 0; seq 0x10 17
seq 1 0.333 2; seq 10.5 -3 0; seq .1 1; seq 1. 2
#=== seq with flags
seq -w 8 11; seq -s, 3; seq -s '' 3; seq -f '%03g' 2; seq --separator=: 2; seq -w -1 0.5 1; seq -ws: 9 10; seq --format=%.2f 2
#=== seq of what is no number
for n in '' a 1x '1 '; do seq "$n" 2>/dev/null || echo refused; done
#=== head of lines and bytes
printf 'one\ntwo words\nthree\nfour' > f; printf '\0\1\377\n\376 a\tb\n\r\n' > bin; : > empty
for n in 0 1 2 4 5 03; do head -n $n f; echo "|$?"; head -$n f; head -n$n < f; done
for n in 0 1 3 5 9 100; do head -c $n bin | od -An -tx1; head -c$n < bin | od -An -tx1; done
head f empty bin | od -An -c; head -v -n1 f; head -q -n1 f f; head -n -1 f; head -c -3 f; head -n 1k empty; head -z -n1 bin | od -An -c
head -n1 - < f; head -n 1 nope 2>/dev/null || echo none; head -n x f 2>/dev/null || echo refused; head --lines=2 f; head --bytes=4 f
#=== head leaves the rest of what it shares
printf '1\n2\n3\n4\n' > f; { head -n 1 > /dev/null; cat; } < f
#=== wc of everything
printf 'one\ntwo words\nthree\nfour' > f; printf '\0\1\377\n\376 a\tb\n\r\n\v\f' > bin; : > empty; printf 'gr\303\274\303\237e w\n\302\240x\n' > utf
for w in -- -l -w -c -m -L -lw -cl -lwcmL --lines --words --bytes --chars; do
  wc $w f; wc $w < f; wc $w f bin empty; wc $w bin; wc $w < bin; wc $w utf; wc $w - < utf; wc $w f nope 2>/dev/null || echo none
done 2>/dev/null
#=== cat of files and standard input
printf 'one\n\n\ntwo' > f; printf '\0\1\377' > bin
cat f bin f | od -An -c; cat f - bin < f | od -An -c; cat - < f; cat < f; cat -n f; cat -A f bin; cat -s f; cat -E f
cat -- f; cat nope f 2>/dev/null || echo "failed after all"; mkdir d; cat d 2>/dev/null || echo directory
