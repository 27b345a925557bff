"""What the numbers on the screen, in the commands' output and in files mean. `?`, the tooltips of columns and docs/glossary.md
(written by `python -m tui_rnn.glossary`) read it here. A leaf: only data.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """A number or a curve. key: its heading in a table, if it has one. name: what prose calls it. short: one sentence, for a
    tooltip. more: what else a reader must know. also: other headings for the same."""

    key: str
    name: str
    short: str
    more: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """The terms of one topic."""

    title: str
    terms: tuple[Term, ...]


GLOSSARY = (
    Section(
        "Losses",
        (
            Term(
                "train",
                "training loss",
                "The mean loss over the latest 65,536 characters that the network trained on, or over one pass if that is "
                "shorter.",
                "Each character is scored before the network learns from it, with dropout where there is any. Early in a run, "
                "when fewer were trained on, it is the mean over all of them. Each point "
                "of the training curve on the chart is such a mean too, over as many as the title says. JSON says over how "
                "many: train_loss_chars.",
            ),
            Term(
                "val",
                "validation loss",
                "The mean loss on text that is kept back from training, at the latest evaluation.",
                "While a network trains, at most 65,536 characters are scored; the closing report scores all. The column "
                "'measured' says how many steps ago that was; in JSON, val_loss_step says which step's weights were scored.",
                ("validation",),
            ),
            Term(
                "best",
                "best validation loss",
                "The lowest validation loss so far.",
                "It is chosen by the loss, also where accuracy or exact match decides which weights a run goes back to: the "
                "weights that are kept may have another loss.",
            ),
            Term(
                "old",
                "loss on the old text",
                "Of a run that began from another run's weights: the latest loss on what validated that run.",
                "It rises as the run forgets. While the network trains, at most 65,536 characters are scored; the closing "
                "report scores all. In JSON: old_loss_nats.",
            ),
            Term("measured", "age of the validation loss", "How many steps ago the validation loss was measured."),
            Term(
                "",
                "bits, nats, perplexity",
                "One loss in three units: bits = nats / ln 2, perplexity = e to the power of the nats.",
                "A loss is a mean over what is predicted: characters, words or bytes of a text, with </s> of items and of "
                "targets; words that are tagged; texts that are classified. Losses over different units don't compare.",
            ),
            Term(
                "",
                "how a long text is scored",
                "Up to 16 readers share a text of 1,024 tokens or more; each first reads the 512 tokens before its part.",
                "So the number is as for one reader of the whole text, unless the network depends on something that is "
                "more than 512 tokens back. A text is read from the zero state, and its first token is not scored.",
            ),
        ),
    ),
    Section(
        "Lines that a loss is compared with",
        (
            Term(
                "",
                "entropy rate",
                "The mean loss of a perfect model of the source that a built-in text was generated from.",
                "It is known for some built-in texts, per character, word or byte. A finite text has a little more or less "
                "than its source: a good network's loss ends near the line, on either side. There is no line where another "
                "file is validated on, or where unknown words are read as one.",
            ),
            Term("", "uniform", "The loss of a guess that finds every token equally likely: the logarithm of their number."),
            Term(
                "",
                "unigram, bigram, trigram, n-gram",
                "The loss of a model that counts which token follows the 0, 1, 2 … n − 1 tokens before it.",
                "Modified Kneser-Ney smoothing, counted on at most the last 2,000,000 tokens of the training part. Beyond the "
                "trigram the best order up to 8 is shown, chosen on the end of the training part. Each item begins anew, as "
                "for a network.",
            ),
        ),
    ),
    Section(
        "Training",
        (
            Term(
                "epoch",
                "epoch",
                "Passes through the training part: in each, every character or example is learnt from once.",
                "Streams go through a running text side by side and round its end. The training part is followed by its own "
                "beginning there.",
            ),
            Term(
                "step",
                "step",
                "Updates of the weights so far, each from one batch.",
                "Where a run went back to its best weights at its goal, it is the step of these weights, with ◂ before it; the "
                "same sign marks their evaluation on the chart.",
            ),
            Term(
                "rate",
                "learning rate",
                "The learning rate of the next step.",
                "Adam scales each weight's step, with β₁ = 0.9 and β₂ = 0.99 (many programs take 0.999), and shrinks the "
                "weights by weight_decay times the rate.",
            ),
            Term(
                "gradient",
                "gradient norm",
                "The length of the gradient before it is clipped, at the latest point of the curve.",
                "A step whose gradient is longer than clip_norm goes in the same direction with that length.",
            ),
            Term(
                "char/s",
                "speed",
                "Tokens trained on in a second, over the latest 3 seconds, with the time that evaluations take.",
                "</s> of items and the tokens of sources and targets count too.",
            ),
            Term("weights", "weights", "How many numbers the network learns: weights, biases and embeddings."),
            Term(
                "saved",
                "saved",
                "Whether the file holds the latest step, or how many steps it is behind; of files, when they were written.",
            ),
            Term("run", "run", "A network with its settings and all that it has learnt, in one file."),
            Term("data", "data", "The file, the folder or the built-in text that the run was trained on."),
        ),
    ),
    Section(
        "Samples and answers",
        (
            Term(
                "",
                "surprise",
                "−ln p of a character under the network, at temperature 1 whatever temperature it was drawn at.",
                "So a character that a low temperature made certain still shows how likely the network itself found it.",
            ),
            Term(
                "",
                "temperature",
                "Divides the logits before a character is drawn: below 1 the likely becomes likelier, 0 takes the likeliest.",
                "top_k keeps the k likeliest characters, top_p the likeliest that together have this probability, min_p those "
                "that are at least so many times as likely as the likeliest one.",
            ),
            Term(
                "",
                "repetition penalty",
                "Makes characters that came among the last ones less likely: divides a logit above 0, multiplies one below 0.",
                "Each counts once, however often it stands there. It comes before temperature, top_k, top_p and min_p, in this "
                "order. It breaks loops, but hurts what has to come often, such as the space.",
            ),
            Term(
                "",
                "attention",
                "How the decoder spreads its look over the source when it writes a symbol; the weights sum to 1.",
                "With readout 'state', a row's weights belong to the state before the symbol's step, which takes the c that "
                "they give. With readout 'context', they belong to the state of the step itself, and c helps to predict "
                "the symbol.",
            ),
            Term(
                "",
                "contributions",
                "With mean pooling, what each position adds to a class's logit: V h_t / n.",
                "They leave the bias b_out out: they and b_out sum to the logit. In a bidirectional network, what a position "
                "adds is what the states there add, which have read the whole text from both sides.",
            ),
            Term(
                "accuracy",
                "accuracy",
                "The share of right answers at the latest evaluation: of all words of a tagger, of all texts of a classifier.",
            ),
            Term(
                "exact",
                "exact match",
                "The share of outputs that are the target to the last token.",
            ),
            Term(
                "",
                "token error rate",
                "Edits that turn the outputs into the targets, per token of the targets: 0% is perfect.",
                "An output counts at most as many errors as its target has tokens.",
            ),
            Term(
                "BLEU",
                "BLEU",
                "Of outputs that are sentences: how many of their stretches of 1 to 4 words stand in the target.",
                "Short outputs have a penalty; 100 is the target itself. It is counted by sacrebleu, whose signature is named.",
            ),
            Term(
                "",
                "chrF",
                "Of outputs that are sentences: stretches of 1 to 6 characters, found and missed, from 0 to 100.",
                "A word with another ending is nearly right. It is counted by sacrebleu, too.",
            ),
            Term(
                "",
                "macro F1",
                "The mean of the classes' F1, each class counting alike however rare it is.",
            ),
        ),
    ),
)
"""Every term, by topic."""

BY_HEADING = {head: term for group in GLOSSARY for term in group.terms for head in (term.key, *term.also) if head}
"""The terms that are headings of a table."""


def page() -> str:
    """docs/glossary.md."""
    lines = [
        "# What the numbers mean",
        "",
        "The playground says the same under `?`. This page is made from tui_rnn/glossary.py.",
    ]
    for group in GLOSSARY:
        lines += ["", f"## {group.title}", ""]
        for term in group.terms:
            heading = f" (`{term.key}`)" if term.key and term.key != term.name else ""
            lines.append(f"- **{term.name}**{heading}: {' '.join(filter(None, (term.short, term.more)))}")
    return "\n".join(lines).replace("</s>", "`</s>`") + "\n"


if __name__ == "__main__":
    print(page(), end="")
