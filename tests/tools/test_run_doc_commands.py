"""The runner of the pages' commands, with a stand-in for the program: a script with given exit statuses."""
import unittest

from tree import TreeTest


class RunDocCommands(TreeTest):
    def setUp(self):
        super().setUp()
        self.program = self.write("bin/program", "#!/usr/bin/env bash", "echo ran $*", "exit ${1:-0}")
        self.program.chmod(0o755)
        self.write("configs/archs/small.yaml", "name: small")

    def run_page(self, *lines):
        page = self.write("docs/page.md", *lines)
        return self.run_tool("run_doc_commands.py", self.root, self.program, page)

    def assert_steps(self, done, steps, failures):
        self.assertEqual(done.stdout.splitlines()[-1], f"1 pages, {steps} steps, {failures} failures", done.stdout)
        self.assertEqual(done.returncode, 1 if failures else 0)

    def test_runs_every_command_of_a_block(self):
        done = self.run_page("text", "```sh", "# why", "tilewright 0", "", "build/release/bin/tilewright 0 \\",
                             "  more", "tilewright | head -1", "```")
        self.assert_steps(done, 3, 0)
        self.assertIn("docs/page.md:4: tilewright 0", done.stdout)

    def test_fails_with_a_command(self):
        done = self.run_page("```sh", "tilewright 2", "tilewright 0", "```")
        self.assert_steps(done, 2, 1)
        self.assertIn("FAILED  docs/page.md:2: tilewright 2", done.stdout)
        self.assertIn("exit status 2, not 0\nran 2\n", done.stdout)

    def test_fails_with_the_program_at_the_head_of_a_pipe(self):
        self.assert_steps(self.run_page("```sh", "tilewright 2 | cat", "```"), 1, 1)

    def test_expects_a_refusal_in_a_block_marked_fails(self):
        self.assert_steps(self.run_page("```sh fails", "tilewright 2", "```"), 1, 0)
        self.assert_steps(self.run_page("```sh fails", "tilewright 0", "```"), 1, 1)
        self.assert_steps(self.run_page("```sh fails", "tilewright 70", "```"), 1, 1)

    def test_shows_the_commands_of_a_block_that_needs_a_device(self):
        done = self.run_page("```sh gpu", "tilewright 70", "ncu x", "cat > ran", "```", "```sh", "tilewright 0", "```")
        self.assert_steps(done, 1, 0)
        self.assertIn("shown   docs/page.md:2: tilewright 70", done.stdout)
        self.assertIn("shown   docs/page.md:3: ncu x", done.stdout)
        self.assertNotIn("ran 70", done.stdout)

    def test_knows_the_programs_of_a_device_in_its_blocks_alone(self):
        self.assert_steps(self.run_page("```sh gpu", "ncx x", "```"), 1, 1)
        self.assert_steps(self.run_page("```sh", "ncu x", "```"), 1, 1)

    def test_reads_the_prompts_of_a_console_block(self):
        done = self.run_page("```console", "$ tilewright 0 \\", "    more", "tilewright 2", "$ ls configs", "```")
        self.assert_steps(done, 2, 0)

    def test_holds_the_output_shown_against_what_is_printed(self):
        def page(*shown):
            return self.run_page("```sh", "tilewright 0 a", "tilewright 0 b", "tilewright 0 c", "```", "prose", "```text",
                                 *shown, "```")

        self.assert_steps(page("ran 0 a", "ran 0 b"), 4, 0)
        self.assert_steps(page("ran 0 a", "...", "ran 0 c"), 4, 0)
        self.assert_steps(page("ran 0 b"), 4, 0)
        self.assert_steps(page("ran 0 a", "ran 0 c"), 4, 1)
        self.assert_steps(page("ran 0 c", "...", "ran 0 a"), 4, 1)
        self.assertIn("shown, but not printed in this place: ran 0 d", page("ran 0 a", "ran 0 d").stdout)

    def test_takes_no_other_text_for_output(self):
        done = self.run_page("```sh", "tilewright 0", "```", "```yaml", "a: b", "```", "```text", "nonsense", "```",
                             "```sh gpu", "tilewright 0", "```", "```text", "nonsense", "```")
        self.assert_steps(done, 1, 0)

    def test_leaves_set_up_and_other_languages_out(self):
        done = self.run_page("```sh", "git clone x", "cd x", "make demo", "tilewright", "```",
                             "```yaml", "nonsense", "```")
        self.assert_steps(done, 1, 0)
        self.assertIn("skipped docs/page.md:4: make demo", done.stdout)

    def test_writes_the_files_that_the_page_shows(self):
        done = self.run_page("<!-- file: my/arch.yaml -->", "", "```yaml", "a: 1", "  b: 2", "```", "```sh",
                             "cat > other.yaml <<'EOF'", "  $c", "EOF", "diff my/arch.yaml - <<'EOF'", "a: 1",
                             "  b: 2", "EOF", "grep -x '  $c' other.yaml", "```")
        self.assert_steps(done, 4, 0)

    def test_forgets_a_file_mark_that_no_fence_follows(self):
        done = self.run_page("<!-- file: a.yaml -->", "text", "```sh", "tilewright 0", "```")
        self.assertIn("docs/page.md:4: tilewright 0", done.stdout)

    def test_keeps_the_tree_as_it_is(self):
        self.assert_steps(self.run_page("```sh", "cat > configs/archs/small.yaml <<E", "gone", "E", "```"), 1, 0)
        self.assertEqual((self.root / "configs/archs/small.yaml").read_text(), "name: small\n")
        done = self.run_page("<!-- file: ../a -->", "```yaml", "```")
        self.assertIn("the file '../a' lies outside of the folder", done.stdout)
        self.assert_steps(done, 1, 1)

    def test_runs_the_program_from_a_checkout_of_its_own(self):
        self.program.write_text("#!/usr/bin/env bash\n[[ $(readlink -f $0) == $PWD/build/release/bin/tilewright ]]\n")
        self.assert_steps(self.run_page("```sh", "tilewright", "```"), 1, 0)

    def test_refuses_what_it_does_not_know(self):
        done = self.run_page("```sh", "curl x", "```")
        self.assertIn("'curl' is none of the commands that pages use: tilewright, cat,", done.stdout)
        self.assert_steps(done, 1, 1)
        done = self.run_page("```sh fail", "tilewright", "```")
        self.assertIn("unknown mark 'fail'; known: fails, gpu", done.stdout)
        self.assert_steps(done, 1, 1)

    def test_refuses_a_fence_that_is_not_closed(self):
        done = self.run_page("```sh", "tilewright")
        self.assertIn("line 1: the fence is not closed", done.stdout)
        self.assertEqual(done.returncode, 1)

    def test_fails_where_there_is_nothing_to_run(self):
        self.assertEqual(self.run_page("text").returncode, 1)

    def test_reads_the_pages_of_the_tree_by_default(self):
        for page in ("README.md", "docs/a.md", "docs/b.md"):
            self.write(page, "```sh", "tilewright 0", "```")
        done = self.run_tool("run_doc_commands.py", self.root, self.program)
        self.assertEqual(done.stdout.splitlines()[-1], "3 pages, 3 steps, 0 failures")


if __name__ == "__main__":
    unittest.main()
