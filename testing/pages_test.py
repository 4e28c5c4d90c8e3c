#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the author of a page relies on."""

import contextlib
import io
import os
import sys
import tempfile
import textwrap
import unittest

sys.dont_write_bytecode = True
import pages  # noqa: E402


def page(text):
    return textwrap.dedent(text).lstrip("\n")


def session(text, info="console"):
    return f"# A page\n\n```{info}\n{page(text)}```\n"


class PagesTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.path = os.path.join(directory.name, "page.md")

    def run_pages(self, text, *options):
        """Returns the exit status and all that was printed."""
        with open(self.path, "w", encoding="utf-8") as opened:
            opened.write(text)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            status = pages.main([*options, self.path])
        return status, printed.getvalue().replace(self.path, "page.md")

    def passes(self, text, *options):
        status, printed = self.run_pages(text, *options)
        self.assertEqual(status, 0, printed)

    def fails(self, text, *options):
        status, printed = self.run_pages(text, *options)
        self.assertEqual(status, 1, printed)
        return printed

    def updated(self, text):
        status, printed = self.run_pages(text, "--update")
        self.assertEqual(status, 0, printed)
        with open(self.path, encoding="utf-8") as opened:
            return opened.read()


class Outcomes(PagesTest):
    def test_output_as_shown_passes(self):
        self.passes(session("$ echo one; echo two\none\ntwo\n"))

    def test_mismatch_fails_with_place_command_and_difference(self):
        printed = self.fails(session("$ true\n$ echo two\none\n"))
        self.assertIn("page.md:5: $ echo two\n", printed)
        self.assertIn("-one\n+two\n", printed)
        self.assertIn("2 commands, 1 failed", printed)

    def test_output_that_is_not_shown_fails(self):
        self.fails(session("$ echo one\n"))

    def test_output_that_does_not_come_fails(self):
        self.fails(session("$ true\none\n"))

    def test_missing_command_fails(self):
        printed = self.fails(session("$ no-such-command\n[...]\n"))
        self.assertIn("exit status: expected 0, got 127", printed)

    def test_unexpected_status_fails(self):
        self.assertIn("expected 0, got 1", self.fails(session("$ false\n")))

    def test_success_where_a_failure_is_shown_fails(self):
        printed = self.fails(session("$ true\n[exit status: 3]\n"))
        self.assertIn("expected 3, got 0", printed)

    def test_status_as_shown_passes(self):
        self.passes(session("$ echo a; (exit 3)\na\n[exit status: 3]\n"))

    def test_status_of_a_signal_is_that_of_the_shell(self):
        self.passes(session("$ bash -c 'kill -TERM $$'\n[...]\n[exit status: 143]\n"))

    def test_both_outputs_are_shown_in_order(self):
        self.passes(session("$ echo a; echo b >&2; echo c\na\nb\nc\n"))

    def test_missing_newline_at_the_end_is_shown(self):
        self.passes(session("$ printf a\na\n[no newline]\n"))
        self.fails(session("$ printf a\na\n"))

    def test_empty_lines_count(self):
        self.passes(session("$ echo; echo a\n\na\n"))
        self.fails(session("$ echo a\na\n\n"))

    def test_bytes_that_are_no_text_are_escaped(self):
        self.passes(session("$ printf '\\377\\n'\n\\xff\n"))

    def test_every_failure_is_reported(self):
        printed = self.fails(session("$ echo a\nx\n$ echo b\ny\n"))
        self.assertIn("-x\n+a\n", printed)
        self.assertIn("-y\n+b\n", printed)


class Anything(PagesTest):
    def test_within_a_line(self):
        self.passes(session("$ echo pid 123 runs\npid [...] runs\n"))
        self.passes(session("$ echo ab\na[...]b\n"))
        self.fails(session("$ echo pid 123 stops\npid [...] runs\n"))

    def test_within_a_line_does_not_reach_the_next(self):
        self.fails(session("$ echo a; echo b\na[...]b\n"))

    def test_alone_covers_any_number_of_lines(self):
        self.passes(session("$ seq 9\n1\n[...]\n8\n9\n"))
        self.passes(session("$ seq 2\n1\n[...]\n2\n"))
        self.passes(session("$ true\n[...]\n"))
        self.fails(session("$ seq 9\n1\n[...]\n8\n"))

    def test_several_of_them(self):
        self.passes(session("$ seq 9\n[...]\n3\n[...]\n7\n[...]\n"))
        self.fails(session("$ seq 9\n[...]\n7\n[...]\n3\n[...]\n"))

    def test_other_characters_mean_themselves(self):
        self.fails(session("$ echo abc\na.c\n"))
        self.passes(session("$ echo '[a]* (b)'\n[a]* (b)\n"))


class Story(PagesTest):
    def test_sessions_share_directory_variables_and_functions(self):
        self.passes(
            session("$ mkdir a; cd a; x=1; f() { echo $x; }\n")
            + session("$ f; basename $PWD\n1\na\n")
        )

    def test_directory_is_empty_at_first(self):
        self.passes(session("$ ls -A\n"))

    def test_status_of_the_last_command_is_known(self):
        self.passes(session("$ (exit 4)\n[exit status: 4]\n$ echo $?\n4\n"))

    def test_continued_command(self):
        self.passes(session("$ for x in a b; do\n>   echo $x\n> done\na\nb\n"))
        self.passes(session("$ cat <<END\n> a\n>\n> b\n> END\na\n\nb\n"))

    def test_commands_find_no_input_and_no_stray_descriptors(self):
        self.passes(session("$ cat\n$ ls /proc/self/fd\n0\n1\n2\n3\n"))

    def test_background_job_can_be_waited_for(self):
        self.passes(session("$ sleep 0 &\n$ wait $!\n"))

    def test_shell_may_end_with_the_page(self):
        self.passes(session("$ exit 3\n[exit status: 3]\n"))

    def test_command_behind_the_end_of_the_shell_fails(self):
        printed = self.fails(session("$ exit\n$ echo a\na\n"))
        self.assertIn("page.md:5: $ echo a\nnot run", printed)

    def test_unfinished_command_fails_and_the_page_goes_on(self):
        self.passes(session("$ echo 'a\n[...]\n[exit status: 2]\n$ echo b\nb\n"))

    def test_command_that_does_not_end_fails(self):
        printed = self.fails(
            session("$ echo begun; sleep 1000\n$ echo never\nnever\n"), "--time-limit=0.2"
        )
        self.assertIn("still ran after 0.2 s and was killed; it wrote:\nbegun", printed)

    def test_failures_before_a_stop_are_reported(self):
        self.assertIn("-x\n+a\n", self.fails(session("$ echo a\nx\n$ exit\n$ true\n")))

    def test_time_limit_of_a_block(self):
        self.fails(session("$ sleep 1000\n", "console timeout=0.2"))

    def test_data_lies_in_the_directory(self):
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as data:
            data.write("hello\n")
            data.flush()
            text = session("$ cat *.txt\nhello\n")
            self.passes(text, "--data", data.name)


class Blocks(PagesTest):
    def test_page_without_a_command_fails(self):
        self.assertIn("runs no command", self.fails("# Just words\n"))
        self.fails("")
        self.fails(session("$ echo a\na\n", "console norun"))
        self.fails("```sh\n$ echo a\n```\n")

    def test_session_that_is_not_run(self):
        self.passes(session("$ no-such\n", "console norun") + session("$ true\n"))

    def test_file_is_written(self):
        self.passes("```toml file=a/b.toml\nx = 1\n```\n" + session("$ cat a/b.toml\nx = 1\n"))

    def test_file_is_written_where_the_shell_is_by_then(self):
        self.passes(
            session("$ mkdir a; cd a\n")
            + "```text file=b\nhello\n```\n"
            + session("$ cat ../a/b\nhello\n")
        )

    def test_file_outside_the_directory_is_refused(self):
        for name in ("/etc/x", "../x", "a/../../x"):
            self.assertIn("lies outside", self.fails(f"```text file={name}\n```\n"))

    def test_other_blocks_are_left_alone(self):
        self.passes("```text\n$ false\n```\n\n    $ false\n\n" + session("$ true\n"))

    def test_block_in_a_list(self):
        self.passes("- item\n\n  ```console\n  $ echo ' a'\n   a\n  ```\n")

    def test_block_in_a_comment_is_run(self):
        self.passes("<!--\n" + session("$ x=1\n") + "-->\n" + session("$ echo $x\n1\n"))

    def test_longer_fence_holds_a_shorter_one(self):
        self.passes("````console\n$ echo '```'\n```\n````\n")

    def test_block_without_an_end_fails(self):
        self.assertIn("page.md:1: this block has no end", self.fails("```console\n$ true\n"))

    def test_output_before_the_first_command_fails(self):
        self.assertIn("does not begin with a command", self.fails(session("a\n$ true\n")))

    def test_misspelt_attribute_fails(self):
        self.assertIn("no attribute no-run", self.fails(session("$ true\n", "console no-run")))


class Update(PagesTest):
    def test_new_output_takes_the_place_of_the_old(self):
        self.assertEqual(
            self.updated(session("$ echo a\nold\n$ (exit 3)\n$ true\n[exit status: 9]\n")),
            session("$ echo a\na\n$ (exit 3)\n[exit status: 3]\n$ true\n"),
        )

    def test_lines_that_match_are_kept(self):
        self.assertEqual(
            self.updated(session("$ seq 9\n[...]\n4\n[...]\n8\nx\n")),
            session("$ seq 9\n[...]\n4\n[...]\n8\n9\n"),
        )
        self.assertEqual(
            self.updated(session("$ echo pid 12; echo b\npid [...]\n")),
            session("$ echo pid 12; echo b\npid [...]\nb\n"),
        )

    def test_page_that_passes_stays_as_it_is(self):
        text = session("$ seq 3\n1\n[...]\n") + "\nWords.  \n\n```text\nx\n```"
        self.assertEqual(self.updated(text), text)

    def test_indent_is_kept(self):
        self.assertEqual(
            self.updated("- a\n\n  ```console\n  $ echo a; echo; echo b\n  ```\n"),
            "- a\n\n  ```console\n  $ echo a; echo; echo b\n  a\n\n  b\n  ```\n",
        )

    def test_updated_page_passes(self):
        text = session("$ printf 'a\\nb'; false\n$ cat <<X\n> a\n> X\n")
        self.passes(self.updated(text))

    def test_output_that_reads_as_a_command_is_refused(self):
        self.assertIn("write [...]", self.fails(session("$ echo '$ ls'\n"), "--update"))
        self.assertIn("write [...]", self.fails(session("$ echo '> ls'\n"), "--update"))

    def test_page_that_stops_is_not_written(self):
        text = session("$ echo a\n$ exit\n$ true\n")
        self.fails(text, "--update")
        with open(self.path, encoding="utf-8") as opened:
            self.assertEqual(opened.read(), text)

    def test_print_leaves_the_page_alone(self):
        text = session("$ echo a\n")
        status, printed = self.run_pages(text, "--print")
        self.assertEqual((status, printed), (0, session("$ echo a\na\n")))
        with open(self.path, encoding="utf-8") as opened:
            self.assertEqual(opened.read(), text)


if __name__ == "__main__":
    unittest.main()
