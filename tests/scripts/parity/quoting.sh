#=== adjacent quoted and unquoted parts join into one word
printf '<%s>\n' a"b"'c'\d "x y"'z w'
#=== single quotes keep everything
printf '<%s>\n' '$x "y" \n `z` *'
#=== a backslash in double quotes escapes only dollar, backtick, quote and itself
printf '<%s>\n' "\$x \`c\` \"q\" \\ \n \a \*"
#=== a backslash outside quotes takes the next character as it is
printf '<%s>\n' \$x \'\" a\ b \* \\
#=== a backslash and a newline join lines
printf '<%s>\n' one\
two "three\
four"
ec\
ho joined
#=== in single quotes a backslash and a newline stay
printf '<%s>\n' 'a\
b'
#=== empty quotes make an empty word
set -- '' "" x ''
echo $#
#=== a hash begins a comment only where a word begins
echo a#b c #d e
echo "#" '#' \#x
#=== a dollar alone is a dollar
printf '<%s>\n' $ "$" a$ "a$ b" "5$"
#=== a newline in quotes is text
x='a
b'
echo "$x"
#=== quotes inside an expansion's word
unset x
printf '<%s>\n' "${x:-a b}" "${x:-"a b"}" ${x:-"a b"} ${x:-'a b'}
#=== single quotes within a quoted default are text
unset x
printf '<%s>\n' "${x:-'a b'}"
#=== a closing brace in quotes does not end an expansion
unset x
printf '<%s>\n' "${x:-a\}b}" ${x:-'}'} ${x:-"}"}
#=== tilde is the home directory at the start of a word only
HOME=/h
printf '%s\n' ~ ~/a a~ "~" '~' \~ ~/"b c"
#=== tilde in assignments, at the start and after colons
HOME=/h
x=~ y=~/a z=a:~:~/b
printf '%s\n' "$x" "$y" "$z"
#=== tilde in an assignment's quotes stays
HOME=/h
x="~" y=a:'~'
printf '%s\n' "$x" "$y"
#=== reserved words are words when they are arguments
echo if then else fi for in do done while until case esac { } !
#=== quoted reserved words are commands
'if' 2>/dev/null
echo $?
#=== the command name can be quoted and built
e=ec
"$e"ho hi
'printf' '%s\n' yes
#=== operators in quotes are text
echo 'a;b' "c&d" e\|f 'g>h' "(i)"
#=== many blanks between words are one separation
echo   a	 b     c
#=== blank lines and comments between commands

# a comment

echo a

# another
echo b   # the end
#=== semicolons, newlines and comments end commands
echo a; echo b;echo c
{ echo d; echo e # comment
}
