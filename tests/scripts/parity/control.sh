#=== if, elif and else
for n in 1 2 3; do
  if [ $n -eq 1 ]; then echo one; elif [ $n -eq 2 ]; then echo two; else echo many; fi
done
#=== an if without a true branch is 0
if false; then echo no; fi; echo $?
if false; then :; elif false; then :; fi; echo $?
#=== the status of an if is that of its branch
if true; then (exit 4); fi; echo $?
#=== a list as the condition: the last command decides
if false; true; then echo yes; fi
if true; false; then echo yes; else echo no; fi
#=== while and until
i=0; while [ $i -lt 3 ]; do echo $i; i=$((i+1)); done
until [ $i -eq 0 ]; do i=$((i-1)); echo $i; done
#=== the status of a loop
while false; do :; done; echo $?
for i in 1; do false; done; echo $?
i=0; while [ $i -lt 1 ]; do i=1; (exit 3); done; echo $?
#=== break and continue
for i in 1 2 3 4 5; do
  [ $i -eq 2 ] && continue
  [ $i -eq 4 ] && break
  echo $i
done
#=== break and continue over several loops
for i in 1 2 3; do for j in a b c; do
  [ $j = b ] && continue 2
  [ $i = 3 ] && break 2
  echo $i$j
done; echo never; done
echo end
#=== break in a while inside a for
for i in 1 2; do while :; do echo $i; break; done; done
#=== a loop over words, quoted and not
for w in a 'b c' "d e" f; do echo "[$w]"; done
#=== a loop over nothing does not run
for w in; do echo no; done; echo $?
#=== the loop variable stays
for w in a b; do :; done; echo $w
#=== newlines in place of semicolons
for w in a b
do
  if true
  then
    echo $w
  else
    echo no
  fi
done
#=== case with literals, alternatives and a default
for x in a b c d; do
  case $x in
    a) echo first;;
    b|c) echo middle;;
    *) echo other;;
  esac
done
#=== case with patterns
for x in file.c file.h Makefile 12 '' 'a b'; do
  case $x in
    *.c|*.h) echo source;;
    [0-9]*) echo number;;
    [A-Z]*) echo capital;;
    '') echo empty;;
    *' '*) echo blank;;
  esac
done
#=== case with quoted pattern characters
for x in '*' '?' a '[b]' b; do
  case $x in
    '*') echo star;;
    \?) echo question;;
    "[b]") echo bracket;;
    [!b]) echo one;;
    *) echo rest;;
  esac
done
#=== case with opening parentheses, and none matching
case x in (a) echo a;; (x) echo x;; esac
case x in a) echo a;; esac; echo $?
#=== the last item of a case needs no terminator
case b in
  a) echo a;;
  b) echo b
esac
#=== an empty case, and an item without commands
case a in esac
case a in a) ;; esac
echo $?
#=== a case with newlines and comments
case a in
  # a comment
  a)
    echo one
    echo two
    ;;
esac
#=== the status of a case
case a in a) (exit 5);; esac; echo $?
#=== and-or lists group from the left
true || echo a && echo b
false && echo c || echo d
false || false || echo e
true && false; echo $?
#=== negation
! true; echo $?
! false; echo $?
if ! false; then echo yes; fi
! true || echo or
#=== groups
{ echo a; echo b; } | sort -r
{ false; }; echo $?
x=1; { x=2; }; echo $x
#=== subshells keep their changes to themselves
x=1; (x=2; echo $x); echo $x
(cd /; pwd); [ "$(pwd)" != / ] && echo back
(exit 9); echo $?
#=== nested subshells
( (echo a; (echo b)); echo c )
#=== a loop reads its input
printf 'a 1\nb 2\n' | while read -r k v; do echo "$v=$k"; done
#=== a loop's output goes through a pipe
for i in 3 1 2; do echo $i; done | sort
#=== conditions with and and or
a=5
if [ $a -gt 3 ] && [ $a -lt 10 ] || false; then echo in; fi
#=== a colon does nothing
: a b "$(echo c)"; echo $?
#=== deep nesting
if true; then while true; do case x in x) for i in 1; do { (echo deep); }; done;; esac; break; done; fi
#=== a backslash newline within a construct
if true && \
   true; then \
  echo yes; fi
#=== and and or at line ends
true &&
  echo a
false ||
  echo b
echo c |
  cat
