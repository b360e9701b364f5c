using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace PodConsole.Domain.Data.Migrations
{
    /// <inheritdoc />
    public partial class SshKeys : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_SshKeys_UserId",
                table: "SshKeys");

            migrationBuilder.AddColumn<DateTime>(
                name: "CreatedAt",
                table: "SshKeys",
                type: "TEXT",
                nullable: false,
                defaultValue: new DateTime(1, 1, 1, 0, 0, 0, 0, DateTimeKind.Unspecified));

            migrationBuilder.AddColumn<string>(
                name: "Fingerprint",
                table: "SshKeys",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "Name",
                table: "SshKeys",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.CreateIndex(
                name: "IX_SshKeys_UserId_Fingerprint",
                table: "SshKeys",
                columns: new[] { "UserId", "Fingerprint" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_SshKeys_UserId_Fingerprint",
                table: "SshKeys");

            migrationBuilder.DropColumn(
                name: "CreatedAt",
                table: "SshKeys");

            migrationBuilder.DropColumn(
                name: "Fingerprint",
                table: "SshKeys");

            migrationBuilder.DropColumn(
                name: "Name",
                table: "SshKeys");

            migrationBuilder.CreateIndex(
                name: "IX_SshKeys_UserId",
                table: "SshKeys",
                column: "UserId");
        }
    }
}
