"""The bot of simcord's script on discord.py; ../README.md says what it does."""

import os
import traceback
from datetime import datetime

import discord
import yarl
from discord import app_commands, ui

HTTP = os.environ["SIMCORD_HTTP"]
FRUITS = ["apple", "apricot", "pear"]

discord.http.Route.BASE = f"{HTTP}/api/v10"
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["SIMCORD_GATEWAY"])


class Panel(ui.View):
    """A button that counts, and a select."""

    def __init__(self, count: int) -> None:
        super().__init__(timeout=None)
        self.count = count
        button = ui.Button(label="Press", style=discord.ButtonStyle.primary, custom_id=f"press:{count}")
        button.callback = self.press
        options = [discord.SelectOption(label=name.title(), value=name) for name in ("apple", "pear")]
        self.fruit = ui.Select(custom_id="fruit", options=options)
        self.fruit.callback = self.choose
        self.add_item(button)
        self.add_item(self.fruit)

    async def press(self, interaction: discord.Interaction) -> None:
        count = self.count + 1
        await interaction.response.edit_message(content=f"pressed {count}", view=Panel(count))

    async def choose(self, interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(content=f"chose {', '.join(self.fruit.values)}")


class Door(ui.LayoutView):
    """A message of the newer components."""

    def __init__(self, text: str) -> None:
        super().__init__(timeout=None)
        button = ui.Button(label="Open", style=discord.ButtonStyle.primary, custom_id="open")
        button.callback = self.open
        self.add_item(ui.Container(ui.Section(f"The door is {text}", accessory=button)))

    async def open(self, interaction: discord.Interaction) -> None:
        view = Door(f"opened by {interaction.user.display_name}")
        await interaction.response.edit_message(view=view)


class Order(ui.Modal, title="Order"):
    """A form with labels."""

    words = ui.Label(text="Words", component=ui.TextInput(custom_id="words"))
    size = ui.Label(
        text="Size",
        component=ui.Select(
            custom_id="size",
            options=[
                discord.SelectOption(label="Small", value="small"),
                discord.SelectOption(label="Large", value="large"),
            ],
        ),
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        words = self.words.component.value
        size = "+".join(self.size.component.values)
        await interaction.response.send_message(f"words: {words}, size: {size}")

    async def on_error(self, interaction: discord.Interaction, error: Exception) -> None:
        give_up(error)


def give_up(error: BaseException) -> None:
    """Ends the bot, so that the script says which step it was."""
    traceback.print_exception(error)
    os._exit(1)


class Bot(discord.Client):
    """The bot of the script."""

    def __init__(self) -> None:
        intents = discord.Intents.none()
        intents.guilds = intents.guild_messages = intents.guild_scheduled_events = True
        super().__init__(intents=intents)
        self.tree = app_commands.CommandTree(self)
        self.heard = {"ready": 0, "resumed": 0, "from Ben": 0, "events": 0}
        self.thread: discord.Thread | None = None
        self.event: discord.ScheduledEvent | None = None
        self.registered = False

    async def on_ready(self) -> None:
        self.heard["ready"] += 1
        if not self.registered:
            self.registered = True
            for guild in self.guilds:
                self.tree.copy_global_to(guild=guild)
                await self.tree.sync(guild=guild)

    async def on_resumed(self) -> None:
        self.heard["resumed"] += 1

    async def on_message(self, message: discord.Message) -> None:
        if message.author.name == "ben":
            self.heard["from Ben"] += 1

    async def on_scheduled_event_create(self, _event: discord.ScheduledEvent) -> None:
        self.heard["events"] += 1

    async def on_scheduled_event_update(self, _before: object, _after: object) -> None:
        self.heard["events"] += 1

    async def on_scheduled_event_delete(self, _event: discord.ScheduledEvent) -> None:
        self.heard["events"] += 1

    async def on_error(self, _name: str, *_arguments: object, **_more: object) -> None:
        traceback.print_exc()
        os._exit(1)


bot = Bot()


@bot.tree.error
async def on_command_error(_interaction: discord.Interaction, error: app_commands.AppCommandError) -> None:
    give_up(error)


@bot.tree.command(description="whoami")
async def whoami(interaction: discord.Interaction) -> None:
    application = await bot.application_info()
    said = f"{bot.user.name} of {application.name} in {interaction.guild.name}"
    await interaction.response.send_message(said)


@bot.tree.command(description="greet")
async def greet(interaction: discord.Interaction) -> None:
    await interaction.response.defer()
    await interaction.edit_original_response(content=f"Hello, {interaction.user.display_name}!")
    await interaction.followup.send("for everybody")
    await interaction.followup.send("for you alone", ephemeral=True)


@bot.tree.command(description="find")
async def find(interaction: discord.Interaction, name: str) -> None:
    await interaction.response.send_message(f"found {name}")


@find.autocomplete("name")
async def suggest(_interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=fruit, value=fruit) for fruit in FRUITS if fruit.startswith(typed)]


@bot.tree.command(description="panel")
async def panel(interaction: discord.Interaction) -> None:
    answer = await interaction.response.send_message("a panel", view=Panel(0))
    if len(answer.resource.components) != 2:
        raise ValueError("the answer lacks its components")


@bot.tree.command(description="form")
async def form(interaction: discord.Interaction) -> None:
    await interaction.response.send_modal(Order(custom_id="order"))


@bot.tree.command(description="pins")
async def pins(interaction: discord.Interaction, route: str) -> None:
    channel = interaction.channel
    message = await channel.send(f"pinned {route}")
    if route == "new":
        await message.pin()
        during = [pinned.content async for pinned in channel.pins()]
        await message.unpin()
        after = [pinned.content async for pinned in channel.pins()]
    else:
        # discord.py knows the deprecated route no more.
        def ask(method: str, end: str = "") -> object:
            return bot.http.request(discord.http.Route(method, f"/channels/{channel.id}/pins{end}"))

        await ask("PUT", f"/{message.id}")
        during = [pinned["content"] for pinned in await ask("GET")]
        await ask("DELETE", f"/{message.id}")
        after = [pinned["content"] for pinned in await ask("GET")]
    await interaction.response.send_message(f"{', '.join(during)}, then {', '.join(after) or 'nothing'}")


@bot.tree.command(description="thread")
async def thread(interaction: discord.Interaction, act: str) -> None:
    if act == "open":
        message = await interaction.channel.send("topic")
        bot.thread = await message.create_thread(name="Topic")
        await bot.thread.send("in the thread")
        said = "open"
    else:
        away = act == "close"
        edited = await bot.thread.edit(archived=away, locked=away)
        said = f"archived {edited.archived}, locked {edited.locked}".lower()
    await interaction.response.send_message(said)


@bot.tree.command(description="event")
async def event(
    interaction: discord.Interaction, act: str, starts: str | None = None, ends: str | None = None
) -> None:
    guild = interaction.guild
    if act == "delete":
        await bot.event.delete()
        await interaction.response.send_message(f"{len(await guild.fetch_scheduled_events())} events")
        return
    if act == "create":
        bot.event = await guild.create_scheduled_event(
            name="Party",
            entity_type=discord.EntityType.external,
            privacy_level=discord.PrivacyLevel.guild_only,
            location="Kitchen",
            start_time=datetime.fromisoformat(starts),
            end_time=datetime.fromisoformat(ends),
        )
    else:
        bot.event = await bot.event.edit(location="Roof")
    await interaction.response.send_message(f"{bot.event.name} at {bot.event.location}")


@bot.tree.command(description="refused")
async def refused(interaction: discord.Interaction) -> None:
    try:
        await interaction.channel.fetch_message(1)
        said = "there is such a message"
    except discord.HTTPException as error:
        said = f"{error.status} {error.code}"
    await interaction.response.send_message(said)


@bot.tree.command(description="busy")
async def busy(interaction: discord.Interaction) -> None:
    message = await interaction.channel.send("through")
    await interaction.response.send_message(message.content)


@bot.tree.command(description="layout")
async def layout(interaction: discord.Interaction) -> None:
    await interaction.response.send_message(view=Door("closed"))


@bot.tree.command(description="heard")
async def heard(interaction: discord.Interaction) -> None:
    said = ", ".join(f"{what} {count}" for what, count in bot.heard.items())
    await interaction.response.send_message(said)


bot.run(os.environ["SIMCORD_TOKEN"], log_level=30)
